"""What people type, checked for shape. Whether it may be so is decided by the operations that receive it."""

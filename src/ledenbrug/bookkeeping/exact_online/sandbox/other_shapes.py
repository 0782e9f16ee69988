"""Everything that is not a relation itself: mandates, conditions, divisions, the user, what was deleted, receivables.

A table of facts; no rule is kept here.
"""

from ledenbrug.bookkeeping.exact_online.sandbox.shape import Shape, properties

_MANDATE = """
    ID:g Account:gw BankAccount:gw CancellationDate:dw Created:d Creator:g CreatorFullName:s Description:sw
    Division:i FirstSend:iw=1 Main:iw=0 Modified:d Modifier:g ModifierFullName:s PaymentType:iw=1 Reference:sw
    SignatureDate:dw Type:iw=0 Attachment:sw AttachmentFileName:sw
"""
_CONDITION = """
    ID:g Code:sw Created:d Creator:g CreatorFullName:s CreditManagementScenario:gw CreditManagementScenarioCode:s
    CreditManagementScenarioDescription:s Description:sw DiscountCalculation:sw DiscountPaymentDays:iw
    DiscountPercentage:fw Division:i Modified:d Modifier:g ModifierFullName:s PaymentDays:iw PaymentDiscountType:sw
    PaymentEndOfMonths:iw PaymentMethod:sw Percentage:fw VATCalculation:sw
"""
_CLASSIFICATION = """
    ID:g AccountClassificationName:gw AccountClassificationNameDescription:s Code:sw Created:d Creator:g
    CreatorFullName:s Description:sw Division:i Modified:d Modifier:g ModifierFullName:s
"""
_CLASSIFICATION_NAME = """
    ID:g Created:d Creator:g CreatorFullName:s Description:sw Division:i Modified:d Modifier:g ModifierFullName:s
    SequenceNumber:iw
"""
_SYSTEM_DIVISION = """
    AddressLine1:s AddressLine2:s AddressLine3:s BlockingStatus:i BusinessTypeCode:s BusinessTypeDescription:s
    Code:i ChamberOfCommerceNumber:s ChamberOfCommerceEstablishment:s City:s CompanySizeCode:s
    CompanySizeDescription:s Country:s Created:d Creator:g CreatorFullName:s Currency:s Current:b Customer:g
    CustomerCode:s CustomerName:s DatevAccountantNumber:s DatevClientNumber:s Description:s DivisionMoveDate:d
    DivisionHRLinkUnlinkDate:d Email:s Fax:s Hid:l IsDossierDivision:b IsPracticeDivision:b IsHRDivision:b
    IsMainDivision:b Legislation:s Modified:d Modifier:g ModifierFullName:s OBNumber:s Postcode:s Phone:s
    SbiCode:s SbiDescription:s SectorCode:s SectorDescription:s ShareCapital:f SiretNumber:s StartDate:d
    State:s Status:i SubsectorCode:s SubsectorDescription:s TaxOfficeNumber:s TaxReferenceNumber:s
    TemplateCode:s VATNumber:s Website:s ArchiveDate:d Class_01:x Class_02:x Class_03:x Class_04:x Class_05:x
"""
_HRM_DIVISION = """
    Code:i ArchiveDate:d BlockingStatus:i Class_01:x Class_02:x Class_03:x Class_04:x Class_05:x Country:s
    CountryDescription:s Created:d Creator:g CreatorFullName:s Currency:s CurrencyDescription:s Customer:g
    CustomerCode:s CustomerName:s Description:s HID:l Main:b Modified:d Modifier:g ModifierFullName:s OBNumber:s
    SiretNumber:s StartDate:d Status:i TaxOfficeNumber:s TaxReferenceNumber:s TemplateCode:s VATNumber:s Website:s
"""
_ME = """
    CurrentDivision:i DivisionCustomer:g DivisionCustomerCode:s DivisionCustomerName:s DivisionCustomerVatNumber:s
    DivisionCustomerSiretNumber:s DossierDivision:i AccountingDivision:i IsEmployeeSelfServiceUser:b
    IsMyFirmLiteUser:b IsStarterUser:b IsMyFirmPortalUser:b IsClientUser:b FullName:s PictureUrl:s
    ThumbnailPicture:s ThumbnailPictureFormat:s UserID:g UserName:s LanguageCode:s Legislation:l Email:s Title:s
    Initials:s FirstName:s MiddleName:s LastName:s Gender:s Nationality:s Language:s Phone:s PhoneExtension:s
    Mobile:s ServerTime:s ServerUtcOffset:f EmployeeID:g CustomerCode:s PackageCode:s IsOEIMigrationMandatory:b
"""
_SUBSCRIPTION = """
    EntryID:g CancellationDate:d Created:d Creator:g CreatorFullName:s Currency:s Description:s Division:i EndDate:d
    InvoicedTo:d InvoiceTo:g Modified:d Modifier:g Number:i OrderedBy:g OrderedByName:s Printed:b StartDate:d
"""
_RECEIVABLE = """
    HID:l AccountCode:s AccountId:g AccountName:s Amount:f AmountInTransit:f ApprovalStatus:i CurrencyCode:s
    Description:s DueDate:d EntryNumber:i Id:g InvoiceDate:d InvoiceNumber:i JournalCode:s JournalDescription:s
    YourRef:s
"""

MANDATE = Shape(
    name="Cashflow.DirectDebitMandate",
    path="cashflow/DirectDebitMandates",
    properties=properties(_MANDATE),
    bare_reply={"FirstSend": 0, "Main": 0, "PaymentType": 0, "Type": 0},
    limits={"Reference": 35, "Description": 60},
    needed=("Account", "BankAccount"),
)
CONDITION = Shape(
    name="Cashflow.PaymentCondition",
    path="cashflow/PaymentConditions",
    properties=properties(_CONDITION),
    limits={"Code": 2, "Description": 60},
    needed=("Code", "Description"),
    verbs=("GET", "POST"),
)
CLASSIFICATION = Shape(
    name="AccountClassification",
    path="crm/AccountClassifications",
    properties=properties(_CLASSIFICATION),
    verbs=("GET",),
)
CLASSIFICATION_NAME = Shape(
    name="AccountClassificationName",
    path="crm/AccountClassificationNames",
    properties=properties(_CLASSIFICATION_NAME),
    verbs=("GET",),
)
STATE = Shape(
    name="AddressState",
    path="crm/AddressStates",
    properties=properties("ID:g Country:s DisplayValue:s Latitude:f Longitude:f Name:s State:s"),
    verbs=("GET",),
)
SUBSCRIPTION = Shape(
    name="Subscription.Subscription",
    path="subscription/Subscriptions",
    properties=properties(_SUBSCRIPTION),
    key="EntryID",
    verbs=("GET",),
)
RECEIVABLE = Shape(
    name="Read.Financial.ReceivablesList",
    path="read/financial/ReceivablesList",
    properties=properties(_RECEIVABLE),
    key="HID",
    verbs=("GET",),
)
SYSTEM_DIVISION = Shape(
    name="System.Division",
    path="system/Divisions",
    properties=properties(_SYSTEM_DIVISION),
    key="Code",
    verbs=("GET",),
)
HRM_DIVISION = Shape(
    name="HRM.Division", path="hrm/Divisions", properties=properties(_HRM_DIVISION), key="Code", verbs=("GET",)
)
ME = Shape(name="System.Me", path="Me", properties=properties(_ME), key="UserID", verbs=("GET",))
DELETED = Shape(
    name="Sync.Deleted",
    path="sync/Deleted",
    properties=properties("Timestamp:l DeletedBy:g DeletedDate:d Division:i EntityKey:g EntityType:i ID:g"),
    key="Timestamp",
    verbs=("GET",),
)
SYNC_TIMESTAMP = Shape(
    name="Sync.SyncTimestamp",
    path="read/sync/Sync/SyncTimestamp",
    properties=properties("Modified:d API:s TimeStampAsBigInt:l"),
    key="API",
    verbs=("GET",),
)
WEBHOOK = Shape(
    name="Webhooks.WebhookSubscription",
    path="webhooks/WebhookSubscriptions",
    properties=properties(
        "ID:g CallbackURL:sw ClientID:g Created:d Creator:g CreatorFullName:s Description:s Division:i Topic:sw "
        "UserID:g IsInstant:bw=false"
    ),
    needed=("CallbackURL", "Topic"),
)

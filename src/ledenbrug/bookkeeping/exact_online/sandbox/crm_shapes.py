"""Relations and what belongs to them: account, contact, address, bank account, in the service's order of properties.

A table of facts; no rule is kept here.
"""

from ledenbrug.bookkeeping.exact_online.sandbox.shape import Shape, properties

_ACCOUNT = """
    ID:g Accountant:gw AccountManager:gw AccountManagerFullName:s AccountManagerHID:i ActivitySector:gw
    ActivitySubSector:gw AddressLine1:sw AddressLine2:sw AddressLine3:sw BankAccounts:x Blocked:bw=false BRIN:g
    BSN:sw BusinessType:gw CanDropShip:bw=false ChamberOfCommerce:sw City:sw Classification:s Classification1:gw
    Classification2:gw Classification3:gw Classification4:gw Classification5:gw Classification6:gw
    Classification7:gw Classification8:gw ClassificationDescription:s ClientGroup:s ClientGroupDescription:s Code:sw
    CodeAtSupplier:sw CompanySize:gw ConsolidationScenario:iw=2 ControlledDate:dw Costcenter:s
    CostcenterDescription:s CostPaid:i=0 Country:sw CountryName:s Created:d Creator:g CreatorFullName:s
    CreditLinePurchase:fw=0 CreditLineSales:fw=0 Currency:s CustomField:s CustomerSince:d DatevCreditorCode:sw
    DatevDebtorCode:sw DeliveryAdvice:iw DiscountPurchase:fw=0 DiscountSales:fw=0 Division:i Document:g DunsNumber:s
    Email:sw EnableSalesPaymentLink:bw EndDate:dw EstablishedDate:dw Fax:sw GLAccountPurchase:gw GLAccountSales:gw
    GLAP:gw GLAR:gw GlnNumber:sw= HasWithholdingTaxSales:bw IgnoreDatevWarningMessage:bw=false
    IncotermAddressPurchase:sw IncotermCodePurchase:sw IncotermVersionPurchase:iw IncotermAddressSales:sw
    IncotermCodeSales:sw IncotermVersionSales:iw IntraStatArea:sw IntraStatDeliveryTerm:sw IntraStatSystem:sw
    IntraStatTransactionA:sw IntraStatTransactionB:sw IntraStatTransportMethod:sw InvoiceAccount:gw
    InvoiceAccountCode:s InvoiceAccountName:s InvoiceAttachmentType:iw=1 InvoicingMethod:iw=0
    AutomaticProcessProposedEntry:iw=0 IsAccountant:iw=0 IsAgency:iw=0 IsAnonymised:i=0 IsBank:b=false
    IsCompetitor:iw=0 IsExtraDuty:bw IsMailing:iw=0 IsMember:b=false IsPilot:bw=false IsPurchase:b=true
    IsReseller:bw=false IsSales:b IsSupplier:bw=false Language:sw LanguageDescription:s Latitude:fw LeadSource:gw
    LeadPurpose:gw LogoFileName:sw LogoThumbnailUrl:s LogoUrl:s Logo:sw Longitude:fw MainContact:gw Modified:d
    Modifier:g ModifierFullName:s Name:sw OINNumber:sw= Parent:gw PaymentConditionPurchase:sw
    PaymentConditionPurchaseDescription:s PaymentConditionSales:sw PaymentConditionSalesDescription:s
    PayAsYouEarn:sw Phone:sw PhoneExtension:sw Postcode:sw PriceList:gw PurchaseCurrency:sw=EUR
    PurchaseCurrencyDescription:s=Euro PurchaseLeadDays:iw=0 PurchaseVATCode:sw PurchaseVATCodeDescription:s
    Remarks:sw RecepientOfCommissions:bw=false Reseller:gw ResellerCode:s ResellerName:s RSIN:sw
    SalesCurrency:sw=EUR SalesCurrencyDescription:s=Euro SalesVATCode:sw SalesVATCodeDescription:s SearchCode:sw
    SecurityLevel:iw=10 SeparateInvPerProject:iw=0 SeparateInvPerSubscription:iw=0 ShippingLeadDays:iw=0
    ShippingMethod:gw ShowRemarkForSales:bw StartDate:dw State:sw StateName:s Status:sw StatusSince:d
    SalesTaxSchedule:gw SalesTaxScheduleCode:s SalesTaxScheduleDescription:s TradeName:sw Type:s=A
    UniqueTaxpayerReference:sw VATLiability:sw VATNumber:sw Website:sw EORINumber:sw AddressSource:i Source:i=2
    PeppolIdentifierType:iw PeppolIdentifier:sw
"""
_CONTACT = """
    ID:g Account:gp AccountIsCustomer:b AccountIsSupplier:b AccountMainContact:g AccountName:s AddressLine2:s
    AddressStreet:s AddressStreetNumber:s AddressStreetNumberSuffix:s BirthDate:dw BirthName:sw BirthNamePrefix:sw
    BirthPlace:sw BusinessEmail:sw BusinessFax:sw BusinessMobile:sw BusinessPhone:sw BusinessPhoneExtension:sw
    City:s Code:s Country:s Created:d Creator:g CreatorFullName:s CustomField:s Division:i Email:sw EndDate:dw
    FirstName:sw FullName:s Gender:sw=O HID:iw IdentificationDate:dw IdentificationUser:gw IdentificationDocument:gw
    Initials:sw IsAnonymised:i=0 IsMailingExcluded:bw=false IsMainContact:b JobTitleDescription:sw Language:sw
    LastName:sw MarketingNotes:sw MiddleName:sw Mobile:sw Modified:d Modifier:g ModifierFullName:s Nationality:sw
    Notes:sw PartnerName:s PartnerNamePrefix:s Person:gw Phone:sw PhoneExtension:s Picture:sw PictureName:sw
    PictureUrl:s PictureThumbnailUrl:s Postcode:s SocialSecurityNumber:sw StartDate:dw State:s Title:sw
    TitleDescription:s TitleAbbreviation:s LeadPurpose:gw LeadSource:gw AllowMailing:i
"""
_ADDRESS = """
    ID:g Account:gw AccountIsSupplier:b AccountName:s AddressLine1:sw AddressLine2:sw AddressLine3:sw City:sw
    Contact:gw ContactName:s Country:sw CountryName:s Created:d Creator:g CreatorFullName:s Division:i Fax:sw
    FreeBoolField_01:bw FreeBoolField_02:bw FreeBoolField_03:bw FreeBoolField_04:bw FreeBoolField_05:bw
    FreeDateField_01:dw FreeDateField_02:dw FreeDateField_03:dw FreeDateField_04:dw FreeDateField_05:dw
    FreeNumberField_01:fw FreeNumberField_02:fw FreeNumberField_03:fw FreeNumberField_04:fw FreeNumberField_05:fw
    FreeTextField_01:sw FreeTextField_02:sw FreeTextField_03:sw FreeTextField_04:sw FreeTextField_05:sw Mailbox:sw
    Main:bw=false Modified:d Modifier:g ModifierFullName:s NicNumber:sw Notes:sw Phone:sw PhoneExtension:sw
    Postcode:sw State:sw StateDescription:s Type:iw=1 Warehouse:gw WarehouseCode:s WarehouseDescription:s
    CustomField:s Source:i=2
"""
_BANK_ACCOUNT = """
    ID:g Account:gw AccountName:s Bank:g BankAccount:sw BankAccountHolderName:sw BankDescription:s BankName:s
    BICCode:sw Created:d Creator:g CreatorFullName:s Description:sw Division:i Format:s IBAN:s Main:bw=false
    Modified:d Modifier:g ModifierFullName:s PaymentServiceAccount:g Type:s=A TypeDescription:s Blocked:bw=false
"""
_FILTERABLE = """
    ID Accountant AccountManager AddressLine1 AddressLine2 AddressLine3 Blocked BRIN BSN ChamberOfCommerce City
    Classification Classification1 Classification2 Classification3 Classification4 Classification5 Classification6
    Classification7 Classification8 Code CodeAtSupplier Country Created Email EndDate EORINumber Fax InvoiceAccount
    IsAccountant IsReseller IsSales IsSupplier MainContact Modified Name Parent Phone Postcode PriceList Reseller
    RSIN SearchCode StartDate Status Type VATNumber
"""
_ZERO = ("CostPaid", "IsAccountant", "IsAgency", "IsAnonymised", "IsCompetitor", "IsMailing")
_ZERO_TOO = ("SeparateInvPerProject", "SeparateInvPerSubscription")
_ADDRESS_LENGTHS = {"AddressLine1": 60, "AddressLine2": 60, "AddressLine3": 60, "Postcode": 20, "City": 30}
_REACH_LENGTHS = {"Email": 128, "Phone": 25, "Fax": 25}

ACCOUNT = Shape(
    name="Account",
    path="crm/Accounts",
    properties=properties(_ACCOUNT),
    bare_reply=dict.fromkeys((*_ZERO, *_ZERO_TOO), 0) | {"IgnoreDatevWarningMessage": False},
    limits={"Code": 18, "Name": 50, "SearchCode": 20, "Website": 80, **_ADDRESS_LENGTHS, **_REACH_LENGTHS},
    needed=("Name",),
    filterable=frozenset(_FILTERABLE.split()),
    entity_type=2,
    topic="Accounts",
)
CONTACT = Shape(
    name="Contact",
    path="crm/Contacts",
    properties=properties(_CONTACT),
    bare_reply={"AccountIsCustomer": False, "IsAnonymised": 0},
    limits={"FirstName": 50, "MiddleName": 50, "LastName": 50, "Mobile": 25, **_REACH_LENGTHS},
    needed=("Account",),
    entity_type=5,
    topic="Contacts",
)
ADDRESS = Shape(
    name="Address",
    path="crm/Addresses",
    properties=properties(_ADDRESS),
    limits={**_ADDRESS_LENGTHS, "Phone": 25, "Fax": 25},
    entity_type=3,
)
BANK_ACCOUNT = Shape(
    name="BankAccount",
    path="crm/BankAccounts",
    properties=properties(_BANK_ACCOUNT),
    limits={"BankAccount": 50, "BankAccountHolderName": 50, "BICCode": 11, "Description": 60},
    needed=("Account", "BankAccount"),
    entity_type=48,
    topic="BankAccounts",
)

"""UN/CEFACT Cross Industry Invoice D16B: where each term of EN 16931 stands (CEN/TS 16931-3-3; Factur-X, ZUGFeRD)."""

from __future__ import annotations

from accord.engines.invoices import document as doc
from accord.engines.invoices.kinds import Account, Coded, CompactDay, Content, Flag, Identified, Number, Terms
from accord.engines.invoices.mapping import Constant, Group, Syntax, Value

_UNCEFACT = "urn:un:unece:uncefact:data:standard:"
DAY, NUMBER, FLAG, ID = CompactDay(), Number(), Flag(), Identified()
CLASS = Identified(scheme="listID", version="listVersionID")
# BT-8: UNTDID 2475 here, 2005 in the standard and in UBL.
TAX_POINT = Coded(codes={"3": "5", "35": "29", "432": "72"})
VAT = Constant("ram:TypeCode", "VAT")

AGREEMENT = "rsm:SupplyChainTradeTransaction/ram:ApplicableHeaderTradeAgreement"
DELIVERED = "rsm:SupplyChainTradeTransaction/ram:ApplicableHeaderTradeDelivery"
SETTLEMENT = "rsm:SupplyChainTradeTransaction/ram:ApplicableHeaderTradeSettlement"
SUMMATION = "ram:SpecifiedTradeSettlementHeaderMonetarySummation"


PERIOD = (
    Value("starts_on", "ram:StartDateTime/udt:DateTimeString", DAY),
    Value("ends_on", "ram:EndDateTime/udt:DateTimeString", DAY),
)
ADDRESS = (
    Value("post_code", "ram:PostcodeCode"),
    Value("line1", "ram:LineOne"),
    Value("line2", "ram:LineTwo"),
    Value("line3", "ram:LineThree"),
    Value("city", "ram:CityName"),
    Value("country", "ram:CountryID"),
    Value("region", "ram:CountrySubDivisionName"),
)
CONTACT = (
    Value("name", "ram:PersonName|ram:DepartmentName"),
    Value("phone", "ram:TelephoneUniversalCommunication/ram:CompleteNumber"),
    Value("email", "ram:EmailURIUniversalCommunication/ram:URIID"),
)
PARTY = (
    Value("identifiers", "ram:ID*|ram:GlobalID*", ID, many=True),
    Value("name", "ram:Name"),
    Value("legal_information", "ram:Description"),
    Value("legal_registration", "ram:SpecifiedLegalOrganization/ram:ID", ID),
    Value("trading_name", "ram:SpecifiedLegalOrganization/ram:TradingBusinessName"),
    Group("contact", "ram:DefinedTradeContact", doc.Contact, CONTACT),
    Group("address", "ram:PostalTradeAddress", doc.Address, ADDRESS),
    Value("electronic_address", "ram:URIUniversalCommunication/ram:URIID", ID),
    Value("vat_number", "ram:SpecifiedTaxRegistration[ram:ID/@schemeID=VA]/ram:ID"),
    Value("tax_number", "ram:SpecifiedTaxRegistration[ram:ID/@schemeID=FC]/ram:ID"),
)
DELIVERY = (
    Value("location", "ram:ShipToTradeParty/ram:ID|ram:ShipToTradeParty/ram:GlobalID", ID),
    Value("recipient", "ram:ShipToTradeParty/ram:Name"),
    Group("address", "ram:ShipToTradeParty/ram:PostalTradeAddress", doc.Address, ADDRESS),
    Value("delivered_on", "ram:ActualDeliverySupplyChainEvent/ram:OccurrenceDateTime/udt:DateTimeString", DAY),
)
CARD = (
    Value("number", "ram:ApplicableTradeSettlementFinancialCard/ram:ID"),
    Value("holder", "ram:ApplicableTradeSettlementFinancialCard/ram:CardholderName"),
)
_CREDITOR = "ram:PayeePartyCreditorFinancialAccount"
CREDIT_TRANSFER = (
    Value("account", f"{_CREDITOR}/ram:IBANID|{_CREDITOR}/ram:ProprietaryID", Account()),
    Value("account_name", f"{_CREDITOR}/ram:AccountName"),
    Value("bank", "ram:PayeeSpecifiedCreditorFinancialInstitution/ram:BICID"),
)
PAYMENT_MEANS = (
    Value("code", "ram:TypeCode"),
    Value("text", "ram:Information"),
    Group("card", ".", doc.PaymentCard, CARD),
    Value("debited_account", "ram:PayerPartyDebtorFinancialAccount/ram:IBANID"),
    Group("credit_transfer", ".", doc.CreditTransfer, CREDIT_TRANSFER),
)
LINE_ALLOWANCE = (
    Value("is_charge", "ram:ChargeIndicator/udt:Indicator", FLAG),
    Value("percentage", "ram:CalculationPercent", NUMBER),
    Value("base", "ram:BasisAmount", NUMBER),
    Value("amount", "ram:ActualAmount", NUMBER),
    Value("reason_code", "ram:ReasonCode"),
    Value("reason", "ram:Reason"),
)
ALLOWANCE = (
    *LINE_ALLOWANCE,
    Value("tax_category", "ram:CategoryTradeTax/ram:CategoryCode"),
    Value("tax_rate", "ram:CategoryTradeTax/ram:RateApplicablePercent", NUMBER),
    Constant("ram:CategoryTradeTax/ram:TypeCode", "VAT", beside="ram:CategoryTradeTax"),
)
TAX_BREAKDOWN = (
    Value("tax", "ram:CalculatedAmount", NUMBER),
    VAT,
    Value("exemption_reason", "ram:ExemptionReason"),
    Value("taxable", "ram:BasisAmount", NUMBER),
    Value("category", "ram:CategoryCode"),
    Value("exemption_code", "ram:ExemptionReasonCode"),
    Value("rate", "ram:RateApplicablePercent", NUMBER),
)
TOTALS = (
    Value("lines", "ram:LineTotalAmount", NUMBER),
    Value("charges", "ram:ChargeTotalAmount", NUMBER),
    Value("allowances", "ram:AllowanceTotalAmount", NUMBER),
    Value("net", "ram:TaxBasisTotalAmount", NUMBER),
    Value("tax", "ram:TaxTotalAmount[@currencyID=$currency]", NUMBER),
    Value("tax_in_tax_currency", "ram:TaxTotalAmount[@currencyID=$tax_currency]", NUMBER),
    Value("rounding", "ram:RoundingAmount", NUMBER),
    Value("gross", "ram:GrandTotalAmount", NUMBER),
    Value("prepaid", "ram:TotalPrepaidAmount", NUMBER),
    Value("payable", "ram:DuePayableAmount", NUMBER),
)
ATTACHMENT = (
    Value("reference", "ram:IssuerAssignedID"),
    Value("location", "ram:URIID"),
    Value("description", "ram:Name"),
    Value("content", "ram:AttachmentBinaryObject", Content()),
    Value("mime_type", "ram:AttachmentBinaryObject/@mimeCode"),
    Value("file_name", "ram:AttachmentBinaryObject/@filename"),
)
OBJECT = (Value("value", "ram:IssuerAssignedID"), Value("scheme", "ram:ReferenceTypeCode"))
ITEM = (
    Value("standard_id", "ram:GlobalID", ID),
    Value("seller_id", "ram:SellerAssignedID"),
    Value("buyer_id", "ram:BuyerAssignedID"),
    Value("name", "ram:Name"),
    Value("description", "ram:Description"),
    Group(
        "attributes",
        "ram:ApplicableProductCharacteristic*",
        doc.ItemAttribute,
        (Value("name", "ram:Description"), Value("value", "ram:Value")),
        many=True,
    ),
    Value("classifications", "ram:DesignatedProductClassification*/ram:ClassCode", CLASS, many=True),
    Value("country_of_origin", "ram:OriginTradeCountry/ram:ID"),
)
_GROSS, _NET = "ram:GrossPriceProductTradePrice", "ram:NetPriceProductTradePrice"
_BASE = f"{_NET}/ram:BasisQuantity{{0}}|{_GROSS}/ram:BasisQuantity{{0}}"
_DISCOUNT = "ram:AppliedTradeAllowanceCharge[ram:ChargeIndicator/udt:Indicator=false]"
PRICE = (
    Value("gross", f"{_GROSS}/ram:ChargeAmount", NUMBER),
    Value("discount", f"{_GROSS}/{_DISCOUNT}/ram:ActualAmount", NUMBER),
    Value("net", f"{_NET}/ram:ChargeAmount", NUMBER),
    Value("base_quantity", _BASE.format(""), NUMBER),
    Value("base_unit", _BASE.format("/@unitCode")),
)
_TAX = "ram:SpecifiedLineTradeSettlement/ram:ApplicableTradeTax"
LINE = (
    Value("id", "ram:AssociatedDocumentLineDocument/ram:LineID"),
    Value("note", "ram:AssociatedDocumentLineDocument/ram:IncludedNote/ram:Content"),
    Group("item", "ram:SpecifiedTradeProduct", doc.Item, ITEM),
    Value("order_line", "ram:SpecifiedLineTradeAgreement/ram:BuyerOrderReferencedDocument/ram:LineID"),
    Group("price", "ram:SpecifiedLineTradeAgreement", doc.Price, PRICE),
    Value("quantity", "ram:SpecifiedLineTradeDelivery/ram:BilledQuantity", NUMBER),
    Value("unit", "ram:SpecifiedLineTradeDelivery/ram:BilledQuantity/@unitCode"),
    Constant(f"{_TAX}/ram:TypeCode", "VAT"),
    Value("tax_category", f"{_TAX}/ram:CategoryCode"),
    Value("tax_rate", f"{_TAX}/ram:RateApplicablePercent", NUMBER),
    Group("period", "ram:SpecifiedLineTradeSettlement/ram:BillingSpecifiedPeriod", doc.Period, PERIOD),
    Group(
        "allowance_charges",
        "ram:SpecifiedLineTradeSettlement/ram:SpecifiedTradeAllowanceCharge*",
        doc.AllowanceCharge,
        LINE_ALLOWANCE,
        many=True,
    ),
    Value(
        "net_amount",
        "ram:SpecifiedLineTradeSettlement/ram:SpecifiedTradeSettlementLineMonetarySummation/ram:LineTotalAmount",
        NUMBER,
    ),
    Group(
        "object",
        "ram:SpecifiedLineTradeSettlement/ram:AdditionalReferencedDocument[ram:TypeCode=130]",
        doc.Identifier,
        OBJECT,
    ),
    Value(
        "accounting_reference", "ram:SpecifiedLineTradeSettlement/ram:ReceivableSpecifiedTradeAccountingAccount/ram:ID"
    ),
)
_REFERENCE = "ram:IssuerAssignedID"
_ADDITIONAL = f"{AGREEMENT}/ram:AdditionalReferencedDocument"
ENTRIES = (
    Value("process", "rsm:ExchangedDocumentContext/ram:BusinessProcessSpecifiedDocumentContextParameter/ram:ID"),
    Value("profile", "rsm:ExchangedDocumentContext/ram:GuidelineSpecifiedDocumentContextParameter/ram:ID"),
    Value("number", "rsm:ExchangedDocument/ram:ID"),
    Value("type_code", "rsm:ExchangedDocument/ram:TypeCode"),
    Value("issued_on", "rsm:ExchangedDocument/ram:IssueDateTime/udt:DateTimeString", DAY),
    Group(
        "notes",
        "rsm:ExchangedDocument/ram:IncludedNote*",
        doc.Note,
        (Value("text", "ram:Content"), Value("subject_code", "ram:SubjectCode")),
        many=True,
    ),
    Group("lines", "rsm:SupplyChainTradeTransaction/ram:IncludedSupplyChainTradeLineItem*", doc.Line, LINE, many=True),
    Value("buyer_reference", f"{AGREEMENT}/ram:BuyerReference"),
    Group("seller", f"{AGREEMENT}/ram:SellerTradeParty", doc.Party, PARTY),
    Group("buyer", f"{AGREEMENT}/ram:BuyerTradeParty", doc.Party, PARTY),
    Group("tax_representative", f"{AGREEMENT}/ram:SellerTaxRepresentativeTradeParty", doc.Party, PARTY),
    Value("sales_order_reference", f"{AGREEMENT}/ram:SellerOrderReferencedDocument/{_REFERENCE}"),
    Value("order_reference", f"{AGREEMENT}/ram:BuyerOrderReferencedDocument/{_REFERENCE}"),
    Value("contract_reference", f"{AGREEMENT}/ram:ContractReferencedDocument/{_REFERENCE}"),
    Group("attachments", f"{_ADDITIONAL}[ram:TypeCode=916]*", doc.Attachment, ATTACHMENT, many=True),
    Value("tender_reference", f"{_ADDITIONAL}[ram:TypeCode=50]/{_REFERENCE}"),
    Group("invoiced_object", f"{_ADDITIONAL}[ram:TypeCode=130]", doc.Identifier, OBJECT),
    Value("project_reference", f"{AGREEMENT}/ram:SpecifiedProcuringProject/ram:ID"),
    Constant(
        f"{AGREEMENT}/ram:SpecifiedProcuringProject/ram:Name",
        "Project reference",
        beside=f"{AGREEMENT}/ram:SpecifiedProcuringProject",
    ),
    Constant(DELIVERED, ""),
    Group("delivery", DELIVERED, doc.Delivery, DELIVERY),
    Value("despatch_advice", f"{DELIVERED}/ram:DespatchAdviceReferencedDocument/{_REFERENCE}"),
    Value("receiving_advice", f"{DELIVERED}/ram:ReceivingAdviceReferencedDocument/{_REFERENCE}"),
    Value("creditor_identifier", f"{SETTLEMENT}/ram:CreditorReferenceID"),
    Value("payment_reference", f"{SETTLEMENT}/ram:PaymentReference"),
    Value("tax_currency", f"{SETTLEMENT}/ram:TaxCurrencyCode"),
    Value("currency", f"{SETTLEMENT}/ram:InvoiceCurrencyCode"),
    Group("payee", f"{SETTLEMENT}/ram:PayeeTradeParty", doc.Party, PARTY),
    Group(
        "payment_means",
        f"{SETTLEMENT}/ram:SpecifiedTradeSettlementPaymentMeans*",
        doc.PaymentMeans,
        PAYMENT_MEANS,
        many=True,
    ),
    Group("tax_breakdown", f"{SETTLEMENT}/ram:ApplicableTradeTax*", doc.TaxBreakdown, TAX_BREAKDOWN, many=True),
    Value("tax_point_on", f"{SETTLEMENT}/ram:ApplicableTradeTax+/ram:TaxPointDate/udt:DateString", DAY),
    Value("tax_point_code", f"{SETTLEMENT}/ram:ApplicableTradeTax+/ram:DueDateTypeCode", TAX_POINT),
    Group("period", f"{SETTLEMENT}/ram:BillingSpecifiedPeriod", doc.Period, PERIOD),
    Group(
        "allowance_charges",
        f"{SETTLEMENT}/ram:SpecifiedTradeAllowanceCharge*",
        doc.AllowanceCharge,
        ALLOWANCE,
        many=True,
    ),
    Value("payment_terms", f"{SETTLEMENT}/ram:SpecifiedTradePaymentTerms/ram:Description", Terms()),
    Value("due_on", f"{SETTLEMENT}/ram:SpecifiedTradePaymentTerms/ram:DueDateDateTime/udt:DateTimeString", DAY),
    Value("mandate_reference", f"{SETTLEMENT}/ram:SpecifiedTradePaymentTerms/ram:DirectDebitMandateID"),
    Group("totals", f"{SETTLEMENT}/{SUMMATION}", doc.Totals, TOTALS),
    Group(
        "preceding_invoices",
        f"{SETTLEMENT}/ram:InvoiceReferencedDocument*",
        doc.PrecedingInvoice,
        (
            Value("number", _REFERENCE),
            Value("issued_on", "ram:FormattedIssueDateTime/qdt:DateTimeString", DAY),
        ),
        many=True,
    ),
    Value("accounting_reference", f"{SETTLEMENT}/ram:ReceivableSpecifiedTradeAccountingAccount/ram:ID"),
)
ORDER = {
    "SupplyChainTradeTransaction": (
        "IncludedSupplyChainTradeLineItem ApplicableHeaderTradeAgreement ApplicableHeaderTradeDelivery "
        "ApplicableHeaderTradeSettlement"
    ),
    "SpecifiedLineTradeAgreement": (
        "BuyerOrderReferencedDocument GrossPriceProductTradePrice NetPriceProductTradePrice"
    ),
    "GrossPriceProductTradePrice": "ChargeAmount BasisQuantity AppliedTradeAllowanceCharge",
    "ApplicableTradeTax": (
        "CalculatedAmount TypeCode ExemptionReason BasisAmount CategoryCode ExemptionReasonCode TaxPointDate "
        "DueDateTypeCode RateApplicablePercent"
    ),
    "CategoryTradeTax": "TypeCode CategoryCode RateApplicablePercent",
    "SpecifiedTradeProduct": (
        "GlobalID SellerAssignedID BuyerAssignedID Name Description ApplicableProductCharacteristic "
        "DesignatedProductClassification OriginTradeCountry"
    ),
    "AdditionalReferencedDocument": "IssuerAssignedID URIID TypeCode Name AttachmentBinaryObject ReferenceTypeCode",
    **dict.fromkeys(
        [f"{role}TradeParty" for role in ("Seller", "Buyer", "Payee", "SellerTaxRepresentative", "ShipTo")],
        "ID GlobalID Name Description SpecifiedLegalOrganization DefinedTradeContact PostalTradeAddress "
        "URIUniversalCommunication SpecifiedTaxRegistration",
    ),
}

CII = Syntax(
    name="CII",
    root="rsm:CrossIndustryInvoice",
    namespaces={
        "rsm": f"{_UNCEFACT}CrossIndustryInvoice:100",
        "ram": f"{_UNCEFACT}ReusableAggregateBusinessInformationEntity:100",
        "qdt": f"{_UNCEFACT}QualifiedDataType:100",
        "udt": f"{_UNCEFACT}UnqualifiedDataType:100",
    },
    entries=ENTRIES,
    order={name: tuple(children.split()) for name, children in ORDER.items()},
    currency=f"{SETTLEMENT}/ram:InvoiceCurrencyCode",
    tax_currency=f"{SETTLEMENT}/ram:TaxCurrencyCode",
)

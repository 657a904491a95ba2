"""UBL 2.1 (ISO/IEC 19845): where each term of EN 16931 stands in an Invoice and in a CreditNote (CEN/TS 16931-3-2).

The XRechnung extension adds the lines below a line and the payments for third parties.
"""

from __future__ import annotations

from accord.engines.invoices import document as doc
from accord.engines.invoices.kinds import Amount, CodedNote, Content, Day, Flag, Identified, Number, OrFiller, Terms
from accord.engines.invoices.mapping import Constant, Group, Syntax, Value

_UBL = "urn:oasis:names:specification:ubl:schema:xsd:"
DAY, NUMBER, AMOUNT, FLAG, ID = Day(), Number(), Amount(), Flag(), Identified()
CLASS = Identified(scheme="listID", version="listVersionID")
VAT = "cac:PartyTaxScheme[cac:TaxScheme/cbc:ID=VAT]/cbc:CompanyID"
OTHER_TAX = "cac:PartyTaxScheme[cac:TaxScheme/cbc:ID!=VAT;FC]/cbc:CompanyID"
SEPA = "cac:PartyIdentification[cbc:ID/@schemeID=SEPA]/cbc:ID"
ITEM_TAX = "cac:Item/cac:ClassifiedTaxCategory"
TAX_TOTAL = "cac:TaxTotal[cbc:TaxAmount/@currencyID=$currency]"

PERIOD = (Value("starts_on", "cbc:StartDate", DAY), Value("ends_on", "cbc:EndDate", DAY))
ADDRESS = (
    Value("line1", "cbc:StreetName"),
    Value("line2", "cbc:AdditionalStreetName"),
    Value("city", "cbc:CityName"),
    Value("post_code", "cbc:PostalZone"),
    Value("region", "cbc:CountrySubentity"),
    Value("line3", "cac:AddressLine/cbc:Line"),
    Value("country", "cac:Country/cbc:IdentificationCode"),
)
CONTACT = (
    Value("name", "cbc:Name"),
    Value("phone", "cbc:Telephone"),
    Value("email", "cbc:ElectronicMail"),
)
PARTY = (
    Value("electronic_address", "cbc:EndpointID", ID),
    Value("identifiers", "cac:PartyIdentification[cbc:ID/@schemeID!=SEPA]*/cbc:ID", ID, many=True),
    Value("trading_name", "cac:PartyName/cbc:Name"),
    Group("address", "cac:PostalAddress", doc.Address, ADDRESS),
    Value("vat_number", VAT),
    Value("tax_number", OTHER_TAX),
    Value("name", "cac:PartyLegalEntity/cbc:RegistrationName"),
    Value("legal_registration", "cac:PartyLegalEntity/cbc:CompanyID", ID),
    Value("legal_information", "cac:PartyLegalEntity/cbc:CompanyLegalForm"),
    Group("contact", "cac:Contact", doc.Contact, CONTACT),
)
PAYEE = (
    Value("identifiers", "cac:PartyIdentification[cbc:ID/@schemeID!=SEPA]*/cbc:ID", ID, many=True),
    Value("name", "cac:PartyName/cbc:Name"),
    Value("legal_registration", "cac:PartyLegalEntity/cbc:CompanyID", ID),
)
TAX_REPRESENTATIVE = (
    Value("name", "cac:PartyName/cbc:Name"),
    Group("address", "cac:PostalAddress", doc.Address, ADDRESS),
    Value("vat_number", VAT),
)
DELIVERY = (
    Value("delivered_on", "cbc:ActualDeliveryDate", DAY),
    Value("location", "cac:DeliveryLocation/cbc:ID", ID),
    Group("address", "cac:DeliveryLocation/cac:Address", doc.Address, ADDRESS),
    Value("recipient", "cac:DeliveryParty/cac:PartyName/cbc:Name"),
)
CREDIT_TRANSFER = (
    Value("account", "cac:PayeeFinancialAccount/cbc:ID"),
    Value("account_name", "cac:PayeeFinancialAccount/cbc:Name"),
    Value("bank", "cac:PayeeFinancialAccount/cac:FinancialInstitutionBranch/cbc:ID"),
)
CARD = (
    Value("number", "cac:CardAccount/cbc:PrimaryAccountNumberID"),
    Value("holder", "cac:CardAccount/cbc:HolderName"),
    # UBL wants the network of a card, for which EN 16931 has no term: KoSIT says so.
    Constant("cac:CardAccount/cbc:NetworkID", "mapped-from-cii", beside="cac:CardAccount"),
)
PAYMENT_MEANS = (
    Value("code", "cbc:PaymentMeansCode"),
    Value("text", "cbc:PaymentMeansCode/@name"),
    Group("card", ".", doc.PaymentCard, CARD),
    Group("credit_transfer", ".", doc.CreditTransfer, CREDIT_TRANSFER),
    Value("debited_account", "cac:PaymentMandate/cac:PayerFinancialAccount/cbc:ID"),
)
THIRD_PARTY_PAYMENT = (
    Value("kind", "cbc:ID"),
    Value("amount", "cbc:PaidAmount", AMOUNT),
    Value("description", "cbc:InstructionID"),
)
LINE_ALLOWANCE = (
    Value("is_charge", "cbc:ChargeIndicator", FLAG),
    Value("reason_code", "cbc:AllowanceChargeReasonCode"),
    Value("reason", "cbc:AllowanceChargeReason"),
    Value("percentage", "cbc:MultiplierFactorNumeric", NUMBER),
    Value("amount", "cbc:Amount", AMOUNT),
    Value("base", "cbc:BaseAmount", AMOUNT),
)
ALLOWANCE = (
    *LINE_ALLOWANCE,
    Value("tax_category", "cac:TaxCategory/cbc:ID"),
    Value("tax_rate", "cac:TaxCategory/cbc:Percent", NUMBER),
    Constant("cac:TaxCategory/cac:TaxScheme/cbc:ID", "VAT", beside="cac:TaxCategory"),
)
TAX_BREAKDOWN = (
    Value("taxable", "cbc:TaxableAmount", AMOUNT),
    Value("tax", "cbc:TaxAmount", AMOUNT),
    Value("category", "cac:TaxCategory/cbc:ID"),
    Value("rate", "cac:TaxCategory/cbc:Percent", NUMBER),
    Value("exemption_code", "cac:TaxCategory/cbc:TaxExemptionReasonCode"),
    Value("exemption_reason", "cac:TaxCategory/cbc:TaxExemptionReason"),
    Constant("cac:TaxCategory/cac:TaxScheme/cbc:ID", "VAT"),
)
TOTALS = (
    Value("tax", f"{TAX_TOTAL}/cbc:TaxAmount", AMOUNT),
    Value("tax_in_tax_currency", "cac:TaxTotal[cbc:TaxAmount/@currencyID=$tax_currency]/cbc:TaxAmount", AMOUNT),
    Value("lines", "cac:LegalMonetaryTotal/cbc:LineExtensionAmount", AMOUNT),
    Value("net", "cac:LegalMonetaryTotal/cbc:TaxExclusiveAmount", AMOUNT),
    Value("gross", "cac:LegalMonetaryTotal/cbc:TaxInclusiveAmount", AMOUNT),
    Value("allowances", "cac:LegalMonetaryTotal/cbc:AllowanceTotalAmount", AMOUNT),
    Value("charges", "cac:LegalMonetaryTotal/cbc:ChargeTotalAmount", AMOUNT),
    Value("prepaid", "cac:LegalMonetaryTotal/cbc:PrepaidAmount", AMOUNT),
    Value("rounding", "cac:LegalMonetaryTotal/cbc:PayableRoundingAmount", AMOUNT),
    Value("payable", "cac:LegalMonetaryTotal/cbc:PayableAmount", AMOUNT),
)
ATTACHMENT = (
    Value("reference", "cbc:ID"),
    Constant("cbc:DocumentTypeCode", "916", written=False),
    Value("description", "cbc:DocumentDescription"),
    Value("content", "cac:Attachment/cbc:EmbeddedDocumentBinaryObject", Content()),
    Value("mime_type", "cac:Attachment/cbc:EmbeddedDocumentBinaryObject/@mimeCode"),
    Value("file_name", "cac:Attachment/cbc:EmbeddedDocumentBinaryObject/@filename"),
    Value("location", "cac:Attachment/cac:ExternalReference/cbc:URI"),
)
ITEM = (
    Value("description", "cbc:Description"),
    Value("name", "cbc:Name"),
    Value("buyer_id", "cac:BuyersItemIdentification/cbc:ID"),
    Value("seller_id", "cac:SellersItemIdentification/cbc:ID"),
    Value("standard_id", "cac:StandardItemIdentification/cbc:ID", ID),
    Value("country_of_origin", "cac:OriginCountry/cbc:IdentificationCode"),
    Value("classifications", "cac:CommodityClassification*/cbc:ItemClassificationCode", CLASS, many=True),
    Group(
        "attributes",
        "cac:AdditionalItemProperty*",
        doc.ItemAttribute,
        (Value("name", "cbc:Name"), Value("value", "cbc:Value")),
        many=True,
    ),
)
_DISCOUNT = "cac:AllowanceCharge[cbc:ChargeIndicator=false]"
PRICE = (
    Value("net", "cbc:PriceAmount", AMOUNT),
    Value("base_quantity", "cbc:BaseQuantity", NUMBER),
    Value("base_unit", "cbc:BaseQuantity/@unitCode"),
    Value("discount", f"{_DISCOUNT}/cbc:Amount", AMOUNT),
    Value("gross", f"{_DISCOUNT}/cbc:BaseAmount", AMOUNT),
)


def _line(kind: str, quantity: str) -> tuple[Value | Constant | Group, ...]:
    return (
        Value("id", "cbc:ID"),
        Value("note", "cbc:Note"),
        Value("quantity", f"cbc:{quantity}", NUMBER),
        Value("unit", f"cbc:{quantity}/@unitCode"),
        Value("net_amount", "cbc:LineExtensionAmount", AMOUNT),
        Value("accounting_reference", "cbc:AccountingCost"),
        Group("period", "cac:InvoicePeriod", doc.Period, PERIOD),
        Value("order_line", "cac:OrderLineReference/cbc:LineID"),
        Value("object", "cac:DocumentReference[cbc:DocumentTypeCode=130]/cbc:ID", ID),
        Group("allowance_charges", "cac:AllowanceCharge*", doc.AllowanceCharge, LINE_ALLOWANCE, many=True),
        Group("item", "cac:Item", doc.Item, ITEM),
        Value("tax_category", f"{ITEM_TAX}/cbc:ID"),
        Value("tax_rate", f"{ITEM_TAX}/cbc:Percent", NUMBER),
        Constant(
            "cac:Item/cac:ClassifiedTaxCategory/cac:TaxScheme/cbc:ID",
            "VAT",
            beside="cac:Item/cac:ClassifiedTaxCategory",
        ),
        Group("price", "cac:Price", doc.Price, PRICE),
        Group("sub_lines", f"cac:Sub{kind}Line*", doc.Line, many=True),
    )


def _entries(kind: str, quantity: str, due: str, project: str) -> tuple[Value | Constant | Group, ...]:
    other = "130" if kind == "Invoice" else "130,50"
    return (
        Value("profile", "cbc:CustomizationID"),
        Value("process", "cbc:ProfileID"),
        Value("number", "cbc:ID"),
        Value("issued_on", "cbc:IssueDate", DAY),
        Value("type_code", f"cbc:{kind}TypeCode"),
        Value("notes", "cbc:Note*", CodedNote(), many=True),
        Value("tax_point_on", "cbc:TaxPointDate", DAY),
        Value("currency", "cbc:DocumentCurrencyCode"),
        Value("tax_currency", "cbc:TaxCurrencyCode"),
        Value("accounting_reference", "cbc:AccountingCost"),
        Value("buyer_reference", "cbc:BuyerReference"),
        Group("period", "cac:InvoicePeriod", doc.Period, PERIOD),
        Value("tax_point_code", "cac:InvoicePeriod/cbc:DescriptionCode"),
        Value("order_reference", "cac:OrderReference/cbc:ID", OrFiller(filler="NA")),
        Value("sales_order_reference", "cac:OrderReference/cbc:SalesOrderID"),
        Constant("cac:OrderReference/cbc:ID", "NA", beside="cac:OrderReference"),
        Group(
            "preceding_invoices",
            "cac:BillingReference*/cac:InvoiceDocumentReference",
            doc.PrecedingInvoice,
            (Value("number", "cbc:ID"), Value("issued_on", "cbc:IssueDate", DAY)),
            many=True,
        ),
        Value("despatch_advice", "cac:DespatchDocumentReference/cbc:ID"),
        Value("receiving_advice", "cac:ReceiptDocumentReference/cbc:ID"),
        Value("tender_reference", "cac:OriginatorDocumentReference/cbc:ID"),
        Value("contract_reference", "cac:ContractDocumentReference/cbc:ID"),
        Value("project_reference", project),
        Value("invoiced_object", "cac:AdditionalDocumentReference[cbc:DocumentTypeCode=130]/cbc:ID", ID),
        Group(
            "attachments",
            f"cac:AdditionalDocumentReference[cbc:DocumentTypeCode!={other}]*",
            doc.Attachment,
            ATTACHMENT,
            many=True,
        ),
        Group("seller", "cac:AccountingSupplierParty/cac:Party", doc.Party, PARTY),
        Group("buyer", "cac:AccountingCustomerParty/cac:Party", doc.Party, PARTY),
        Group("payee", "cac:PayeeParty", doc.Party, PAYEE),
        Group("tax_representative", "cac:TaxRepresentativeParty", doc.Party, TAX_REPRESENTATIVE),
        Value("creditor_identifier", f"cac:AccountingSupplierParty/cac:Party/{SEPA}|cac:PayeeParty/{SEPA}"),
        Group("delivery", "cac:Delivery", doc.Delivery, DELIVERY),
        Group("payment_means", "cac:PaymentMeans*", doc.PaymentMeans, PAYMENT_MEANS, many=True),
        Value("due_on", due, DAY),
        Value("payment_reference", "cac:PaymentMeans+/cbc:PaymentID"),
        Value("mandate_reference", "cac:PaymentMeans[cbc:PaymentMeansCode!=30,48,54,55,58]+/cac:PaymentMandate/cbc:ID"),
        Value("payment_terms", "cac:PaymentTerms/cbc:Note", Terms()),
        Group(
            "third_party_payments",
            "cac:PrepaidPayment*",
            doc.ThirdPartyPayment,
            THIRD_PARTY_PAYMENT,
            many=True,
        ),
        Group("allowance_charges", "cac:AllowanceCharge*", doc.AllowanceCharge, ALLOWANCE, many=True),
        Group("totals", ".", doc.Totals, TOTALS),
        Group("tax_breakdown", f"{TAX_TOTAL}/cac:TaxSubtotal*", doc.TaxBreakdown, TAX_BREAKDOWN, many=True),
        Group("lines", f"cac:{kind}Line*", doc.Line, _line(kind, quantity), many=True),
    )  # fmt: skip


_DOCUMENT_REFERENCE = "ID DocumentTypeCode DocumentDescription Attachment"
_HEAD = "CustomizationID ProfileID ID IssueDate"
_TERMS = (
    "DocumentCurrencyCode TaxCurrencyCode AccountingCost BuyerReference InvoicePeriod OrderReference BillingReference "
    "DespatchDocumentReference ReceiptDocumentReference"
)
_REST = (
    "AccountingSupplierParty AccountingCustomerParty PayeeParty TaxRepresentativeParty Delivery PaymentMeans "
    "PaymentTerms PrepaidPayment AllowanceCharge TaxTotal LegalMonetaryTotal"
)
ORDER = {
    "Invoice": f"{_HEAD} DueDate InvoiceTypeCode Note TaxPointDate {_TERMS} OriginatorDocumentReference "
    f"ContractDocumentReference AdditionalDocumentReference ProjectReference {_REST}",
    "CreditNote": f"{_HEAD} TaxPointDate CreditNoteTypeCode Note {_TERMS} ContractDocumentReference "
    f"AdditionalDocumentReference OriginatorDocumentReference {_REST}",
    "OrderReference": "ID SalesOrderID",
    "Party": "EndpointID PartyIdentification PartyName PostalAddress PartyTaxScheme PartyLegalEntity Contact",
    "PartyTaxScheme": "CompanyID TaxScheme",
    "PaymentMeans": "PaymentMeansCode PaymentDueDate PaymentID CardAccount PayeeFinancialAccount PaymentMandate",
    "PaymentMandate": "ID PayerFinancialAccount",
    "CardAccount": "PrimaryAccountNumberID NetworkID HolderName",
    "AdditionalDocumentReference": _DOCUMENT_REFERENCE,
    "DocumentReference": _DOCUMENT_REFERENCE,
    "Item": "Description Name BuyersItemIdentification SellersItemIdentification StandardItemIdentification "
    "OriginCountry CommodityClassification ClassifiedTaxCategory AdditionalItemProperty",
}


def _syntax(kind: str, quantity: str, due: str, project: str) -> Syntax:
    return Syntax(
        name=f"UBL {kind}",
        root=f"ubl:{kind}",
        namespaces={
            "ubl": f"{_UBL}{kind}-2",
            "cac": f"{_UBL}CommonAggregateComponents-2",
            "cbc": f"{_UBL}CommonBasicComponents-2",
        },
        entries=_entries(kind, quantity, due, project),
        order={name: tuple(children.split()) for name, children in ORDER.items()},
        currency="cbc:DocumentCurrencyCode",
        tax_currency="cbc:TaxCurrencyCode",
    )


UBL_INVOICE = _syntax("Invoice", "InvoicedQuantity", "cbc:DueDate", "cac:ProjectReference/cbc:ID")
UBL_CREDIT_NOTE = _syntax(
    "CreditNote",
    "CreditedQuantity",
    "cac:PaymentMeans+/cbc:PaymentDueDate",
    "cac:AdditionalDocumentReference[cbc:DocumentTypeCode=50]/cbc:ID",
)

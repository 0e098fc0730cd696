"""The types of fields: one small class and one template each."""

from shuke.core.registry import Registry
from shuke.fields.address import AddressType
from shuke.fields.autonumber import AutonumberType
from shuke.fields.balance import BalanceType
from shuke.fields.barcode import BarcodeType
from shuke.fields.base import FieldType, Operator
from shuke.fields.boolean import BooleanType
from shuke.fields.choice import ChoiceType
from shuke.fields.created_at import CreatedAtType
from shuke.fields.created_by import CreatedByType
from shuke.fields.date import DateType
from shuke.fields.datetime import DatetimeType
from shuke.fields.decimal import DecimalType
from shuke.fields.email import EmailType
from shuke.fields.file import FileType
from shuke.fields.formula import FormulaType
from shuke.fields.image import ImageType
from shuke.fields.integer import IntegerType
from shuke.fields.link import LinkType
from shuke.fields.links import LinksType
from shuke.fields.longtext import LongTextType
from shuke.fields.lookup import LookupType
from shuke.fields.money import MoneyType
from shuke.fields.multichoice import MultichoiceType
from shuke.fields.percent import PercentType
from shuke.fields.phone import PhoneType
from shuke.fields.rollup import RollupType
from shuke.fields.state import StateType
from shuke.fields.table import TableType
from shuke.fields.tags import TagsType
from shuke.fields.text import TextType
from shuke.fields.treechoice import TreeChoiceType
from shuke.fields.unit import UnitType
from shuke.fields.updated_at import UpdatedAtType
from shuke.fields.updated_by import UpdatedByType
from shuke.fields.url import UrlType
from shuke.fields.user import UserType

__all__ = ["FIELD_TYPES", "ChoiceType", "FieldType", "Operator"]

FIELD_TYPES: Registry[FieldType] = Registry("field type", [
    TextType(),
    LongTextType(),
    IntegerType(),
    DecimalType(),
    MoneyType(),
    PercentType(),
    BooleanType(),
    ChoiceType(),
    MultichoiceType(),
    TagsType(),
    TreeChoiceType(),
    DateType(),
    DatetimeType(),
    PhoneType(),
    EmailType(),
    UrlType(),
    AddressType(),
    ImageType(),
    FileType(),
    BarcodeType(),
    AutonumberType(),
    LinkType(),
    LinksType(),
    TableType(),
    LookupType(),
    RollupType(),
    FormulaType(),
    UserType(),
    UnitType(),
    StateType(),
    BalanceType(),
    CreatedAtType(),
    CreatedByType(),
    UpdatedAtType(),
    UpdatedByType(),
])

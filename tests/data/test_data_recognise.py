"""Recognising files by their headers: other people's names for our columns."""

import tomllib
from pathlib import Path

import pytest

from revplan.data import recognise
from revplan.data.fold import squash
from revplan.data.people import Directory
from revplan.data.recognise import (
    guess_choice,
    guess_columns,
    header_currency,
    missing_columns,
    rank_tables,
)
from revplan.model.tables import TABLES

SYNONYMS = tomllib.loads(Path(recognise.__file__).with_name("synonyms.toml").read_text(encoding="utf-8"))


def sure(table: str, *header: str) -> dict[str, str]:
    return {guess.column: guess.header for guess in guess_columns(TABLES[table], header) if guess.sure}


@pytest.mark.parametrize(
    ("file", "header", "table"),
    [
        ("hubspot-crm-exports-all-deals.csv", "Record ID,Deal Name,Deal Stage,Amount,Deal owner,Close Date",
         "opportunities"),
        ("report1714.csv", "Id,Name,StageName,CloseDate,OwnerId,Amount,ForecastCategory", "opportunities"),
        ("export.csv", "(Do Not Modify) Opportunity,Topic,Est. Close Date,Est. Revenue,Status",
         "opportunities"),
        ("export.csv", "Deal - ID,Deal - Title,Deal - Owner,Deal - Status,Deal - Value,Deal - Won time",
         "opportunities"),
        ("export.csv", "Fırsat No,Müşteri,Aşama,Tutar,Kapanış Tarihi,Sorumlu", "opportunities"),
        ("refunds-2026.csv", "Refund ID,Deal ID,Refund date,Refund amount,Reason", "cancellations"),
        ("iptaller.xlsx", "İptal No,Fırsat No,İptal tarihi,İptal nedeni", "cancellations"),
        ("corrections.csv", "ID,Employee,Date,Amount,Reason,Approved by", "adjustments"),
        ("contacts.csv", "Record ID,Email,Lead Status,Create Date,Contact owner,Original Source", "leads"),
        ("sf.csv", "Lead ID,Created Date,Lead Owner,Lead Source,Lead Status", "leads"),
        ("marketo.csv", "Marketo GUID,Activity Date,Activity Type,Lead ID,Campaign", "touches"),
        ("stripe.csv", "id,Customer,Amount Due,Created (UTC),Due Date,Currency", "invoices"),
        ("qb.csv", "Num,Date,Due Date,Amount,Customer,Invoice Date", "invoices"),
        ("chargebee.csv", "Subscription Id,Customer Id,Plan,ACV,Start Date,End Date,Type", "contracts"),
        ("zahlungen.csv", "Zahlungsnummer,Rechnungsnummer,Kunde,Betrag,Bezahlt am", "payments"),
        ("hr.xlsx", "Employee ID,Full Name,Department,Job Title,Hire Date,Variable Pay", "payees"),
        ("x.csv", "Opportunity ID,Split Owner,Split %", "opportunity_splits"),
        ("hr.csv", "Employee,Absence Type,Start Date,End Date", "leaves"),
        ("izinler.xlsx", "Personel,İzin Türü,Başlangıç,Bitiş", "leaves"),
    ],
)  # fmt: skip
def test_tables_are_recognised_by_their_headers(file, header, table):
    best = rank_tables(file, header.split(","))[0]
    assert (best.table, best.missing) == (table, ())


@pytest.mark.parametrize("table", TABLES)
def test_every_table_recognises_its_own_columns(table):
    names = [column.name for column in TABLES[table].columns]
    assert rank_tables(f"{table}.csv", names)[0].table == table
    assert sure(table, *names) == {name: name for name in names}


def test_hubspot_deals_map_to_the_deal():
    assert sure(
        "opportunities", "Record ID", "Deal Name", "Deal Stage", "Amount", "Deal owner", "Close Date"
    ) == {
        "opportunity_id": "Record ID",
        "name": "Deal Name",
        "stage": "Deal Stage",
        "amount": "Amount",
        "owner_id": "Deal owner",
        "closed_on": "Close Date",
    }


def test_salesforce_api_names_map_to_the_deal():
    found = sure(
        "opportunities", "Id", "StageName", "CloseDate", "OwnerId", "ForecastCategory", "CurrencyIsoCode"
    )
    assert found == {
        "opportunity_id": "Id",
        "stage": "StageName",
        "closed_on": "CloseDate",
        "owner_id": "OwnerId",
        "forecast_category": "ForecastCategory",
        "currency": "CurrencyIsoCode",
    }


def test_a_misspelt_header_is_only_suggested():
    guesses = guess_columns(TABLES["opportunities"], ["Oportunity Id", "Clos Date", "Quux"])
    assert [(guess.column, guess.header, guess.sure) for guess in guesses] == [
        ("opportunity_id", "Oportunity Id", False),
        ("closed_on", "Clos Date", False),
    ]


def test_each_header_is_used_once():
    guesses = guess_columns(
        TABLES["opportunities"], ["Amount", "Value", "Create Date", "Close Date", "Owner"]
    )
    headers = [guess.header for guess in guesses]
    assert len(headers) == len(set(headers))


def test_owner_names_beat_owner_ids_that_nobody_knows():
    spec, header = TABLES["opportunities"], ["OwnerId", "Opportunity Owner"]
    assert sure("opportunities", *header) == {"owner_id": "OwnerId"}
    shares = {"OwnerId": 0.0, "Opportunity Owner": 0.9}
    known = guess_columns(spec, header, lambda column, name: shares[name])
    assert [(guess.column, guess.header) for guess in known if guess.sure] == [
        ("owner_id", "Opportunity Owner")
    ]


def test_outcome_may_come_from_the_stage():
    spec = TABLES["opportunities"]
    mapped = {"opportunity_id": "Id", "amount": "Amount", "closed_on": "Close"}
    assert missing_columns(spec, mapped) == ("outcome",)
    assert missing_columns(spec, {**mapped, "stage": "Stage"}) == ()


@pytest.mark.parametrize(
    ("header", "currency"),
    [
        ("Amount (EUR)", "EUR"),
        ("Betrag in €", "EUR"),
        ("ARR [$]", "$"),
        ("Created (UTC)", ""),
        ("Split (%)", ""),
        ("Amount (ACV)", ""),
    ],
)
def test_headers_may_name_their_currency(header, currency):
    assert header_currency(header) == currency


@pytest.mark.parametrize(
    ("column", "text", "choice"),
    [
        ("outcome", "Closed Won", "won"),
        ("outcome", "closedwon", "won"),
        ("outcome", "Closed Won - 100%", "won"),
        ("outcome", "Kazanıldı", "won"),
        ("outcome", "Gewonnen", "won"),
        ("outcome", "CLOSED LOST", "lost"),
        ("outcome", "Verloren", "lost"),
        ("outcome", "Verbally won", ""),
        ("outcome", "Proposal", ""),
        ("kind", "New Business", "new"),
        ("kind", "existingbusiness", "expansion"),
        ("kind", "Existing Customer - Renewal", "renewal"),
        ("kind", "Yenileme", "renewal"),
        ("kind", "Something", ""),
    ],
)
def test_words_of_choices_are_known(column, text, choice):
    assert guess_choice(column, text) == choice


def test_synonyms_name_real_tables_columns_and_choices():
    assert set(SYNONYMS) == {"files", "values", *TABLES}
    assert set(SYNONYMS["files"]) == set(TABLES)
    choices = {
        column.name: column.choices for spec in TABLES.values() for column in spec.columns if column.choices
    }
    assert {name: set(words) for name, words in SYNONYMS["values"].items()} == {
        name: set(known) for name, known in choices.items()
    }
    for name, spec in TABLES.items():
        assert set(SYNONYMS[name]) == {column.name for column in spec.columns}, name


def test_no_column_lists_a_synonym_twice():
    for table in TABLES:
        for column, names in SYNONYMS[table].items():
            spellings = [squash(name) for name in names]
            assert len(spellings) == len(set(spellings)), (table, column)


def people() -> Directory:
    directory = Directory()
    directory.add("P-1", "ann@example.com", "Ann Lee")
    directory.add("P-2", "bob@example.com", "Bob Stone")
    directory.add("P-3", None, "Sam Same")
    directory.add("P-4", None, "Sam Same")
    return directory


@pytest.mark.parametrize(
    ("text", "identity"),
    [
        ("P-1", "P-1"),
        ("p-1", "P-1"),
        ("ANN  LEE", "P-1"),
        ("Ann@Example.com", "P-1"),
        ("Sam Same", None),
        ("Ann Lee (ann@example.com)", "P-1"),
        ("Ann L <ann@example.com>", "P-1"),
        ("An Lee", None),
    ],
)
def test_people_are_found_by_id_email_or_exact_name(text, identity):
    assert people().find(text) == identity


def test_near_names_are_suggested():
    assert people().suggest("Bob Stoone") == ("P-2", "Bob Stone")
    assert people().suggest("Zzyzx Qwert") is None
    assert people().suggest("Sam Sam") is None  # two people are called that

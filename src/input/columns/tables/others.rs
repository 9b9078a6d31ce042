//! A few names each in Italian, Portuguese, Dutch and Czech; the other tables hold what these share with them.

use super::{BUYERS, DEALS, EVENTS, Entry, HISTORY, ORDERS, PEOPLE, SALES, SPEND, entry};
use crate::model::kind::Role;

pub(super) const TABLE: &[Entry] = &[
    // Italian.
    entry(PEOPLE, Role::Id, 10, &["id utente"]),
    entry(EVENTS, Role::Event, 12, &["nome evento"]),
    entry(PEOPLE, Role::Time, 42, &["data"]),
    entry(ORDERS, Role::Time, 10, &["data ordine", "data do pedido"]),
    entry(ORDERS, Role::Time, 30, &["data", "datum bestelling"]),
    entry(SPEND, Role::Time, 10, &["data"]),
    entry(SPEND, Role::Time, 12, &["giorno"]),
    entry(DEALS, Role::Created, 10, &["data di creazione", "data creazione", "data de criação", "aangemaakt op"]),
    entry(DEALS, Role::Closed, 10, &["data di chiusura", "data chiusura", "data de fechamento", "gesloten op"]),
    entry(DEALS, Role::Status, 10, &["stato", "situação"]),
    entry(DEALS, Role::Status, 52, &["fase", "estágio", "fáze"]),
    entry(DEALS, Role::Stage, 12, &["fase", "estágio", "fáze"]),
    entry(HISTORY, Role::Stage, 10, &["fase", "estágio", "fáze"]),
    entry(SALES, Role::Amount, 10, &["importo", "bedrag", "částka"]),
    entry(SALES, Role::Amount, 20, &["valore", "hodnota", "waarde"]),
    entry(BUYERS, Role::Customer, 12, &["klant", "zákazník"]),
    entry(SPEND, Role::Cost, 10, &["costi", "custo", "custos", "náklady"]),
    entry(SPEND, Role::Cost, 12, &["importo speso", "spesa", "valor gasto", "valor usado", "besteed bedrag"]),
    entry(SPEND, Role::Campaign, 10, &["campagna", "campanha", "kampaň"]),
    entry(SPEND, Role::Campaign, 12, &["nome campagna", "nome da campanha", "campagnenaam"]),
    entry(SPEND, Role::Clicks, 10, &["clic", "cliques", "klikken", "kliknutí"]),
    entry(SPEND, Role::Impressions, 10, &["impressioni", "impressões", "vertoningen"]),
    entry(HISTORY, Role::Time, 42, &["data"]),
];

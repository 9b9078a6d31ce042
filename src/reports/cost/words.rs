//! The definitions of costs: under the table, and for `explain`.

use crate::plan::cost::{Matching, Recurring};
use crate::reports::explain::{Term, term};

/// What spend and ROAS are.
pub const SPEND: &str = "Cost is the spend given alone (media cost, unless the file holds more). ROAS: revenue / spend";

/// What stands on the leads' side.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Figures {
    pub leads: String,
    pub customers: String,
    pub revenue: String,
}

impl Figures {
    fn new(leads: &str, customers: &str, revenue: &str) -> Self {
        Self { leads: leads.to_owned(), customers: customers.to_owned(), revenue: revenue.to_owned() }
    }

    #[must_use]
    pub fn of_orders() -> Self {
        Self::new("not known from orders", "customers by their first order", "all their orders")
    }

    #[must_use]
    pub fn of_deals() -> Self {
        Self::new("deals created", "deals won", "the amounts of deals won")
    }

    /// From the names of the first and the last step, and the window where there is one.
    #[must_use]
    pub fn of_events(first: &str, last: &str, window: Option<&str>) -> Self {
        let within = window.map_or_else(String::new, |window| format!(" within {window}"));
        let customers = format!("users who went on to {last}{within}");
        Self::new(&format!("users at {first}"), &customers, &format!("the value at {last}"))
    }
}

/// Which time decides the period of a customer.
#[must_use]
pub const fn matching(matching: Matching) -> &'static str {
    match matching {
        Matching::Lead => {
            "Match lead: spend stands beside the leads of its period and what they became, whenever that was. Open leads \
             may still become customers."
        }
        Matching::Win => {
            "Match win: leads stand in the period in which they came, opportunities, customers and revenue in that in \
             which they were won; they are not the same people."
        }
    }
}

/// How the payback is computed, where it is asked for.
#[must_use]
pub fn payback(margin: Option<f64>, recurring: Recurring) -> Option<String> {
    let margin = margin?;
    Some(match recurring {
        Recurring::Unknown => {
            "no payback: an amount that comes once has none (--amount-per month|quarter|year)".to_owned()
        }
        _ => format!("payback at a gross margin of {} %", margin * 100.0),
    })
}

/// The definitions for `explain`: of events from the first step to the last, of deals and of orders.
#[must_use]
pub fn terms(events: &Figures, opportunity: Option<&str>, match_by: Matching, payback: Option<String>) -> Vec<Term> {
    let kinds = [("of events", events.clone()), ("of deals", Figures::of_deals()), ("of orders", Figures::of_orders())];
    let mut terms: Vec<Term> = kinds
        .into_iter()
        .map(|(kind, figures)| {
            let Figures { leads, customers, revenue } = figures;
            term(kind, format!("Leads: {leads}. Customers: {customers}. Revenue: {revenue}."))
        })
        .collect();
    let reached = opportunity.map_or_else(
        || "Those that reached a step called so (opportunity, qualified, SQL and their like).".to_owned(),
        |step| format!("Those that reached {step}."),
    );
    terms.extend([
        term("opportunities", reached),
        term("match", matching(match_by)),
        term("spend, roas", format!("{SPEND}.")),
        term("cost per lead, opportunity, customer", RATIOS),
    ]);
    terms.extend(payback.map(|payback| term("payback", format!("{PAYBACK} Here: {payback}."))));
    terms
}

const RATIOS: &str = "Spend / those of the same group and period. A ratio whose divisor is 0 or not known is empty, never \
                      0.";
const PAYBACK: &str = "Cost per customer / (monthly revenue per customer x gross margin).";

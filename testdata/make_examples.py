#!/usr/bin/env python3
"""Writes the data of the examples (examples/saas, crm, subscription, shop): invented, the same on every run.

usage: make_examples.py [FOLDER]        default: the examples folder beside this one. Needs nothing but Python.
"""
import csv
import random
import sys
from datetime import datetime, timedelta
from pathlib import Path

EXAMPLES = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent.parent / "examples"


def pick(random_source, shares):
    """One of the keys, as often as its share says."""
    return random_source.choices(list(shares), weights=list(shares.values()))[0]


def write(path, header, rows):
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


# A software service: visitors of a quarter, where they came from, and how far they got.
# channel: share of visitors, then the chances of signing up, of becoming active, of subscribing
CHANNELS = {
    "organic search": (32, 0.46, 0.62, 0.42),
    "paid search": (24, 0.38, 0.48, 0.33),
    "newsletter": (14, 0.55, 0.70, 0.50),
    "partners": (10, 0.60, 0.74, 0.55),
    "social": (14, 0.24, 0.40, 0.25),
    "": (6, 0.30, 0.50, 0.30),
}
PLANS = {"starter": ("19.00", 6), "team": ("49.00", 3), "business": ("129.00", 1)}


def daytime(source, day):
    """A moment of that day, more often in working hours than not."""
    hour = min(23, max(0, round(source.gauss(13.5, 4))))
    return day + timedelta(hours=hour, minutes=source.randrange(60), seconds=source.randrange(60))


def delay(source, median_hours, spread):
    """Delays are skewed: most are short, a few very long."""
    return timedelta(seconds=round(source.lognormvariate(0, spread) * median_hours * 3600))


def visitor(source, number, start):
    """The events of one visitor: (unit, event, time, channel, plan, amount)."""
    channel = pick(source, {name: values[0] for name, values in CHANNELS.items()})
    _, signs_up, activates, subscribes = CHANNELS[channel]
    unit = f"u{number:04d}"
    times = [daytime(source, start)]
    while source.random() < 0.35 and len(times) < 4:
        times.append(times[-1] + delay(source, 30, 1.0))
    events = [(unit, "visit", time, channel, "", "") for time in times]
    moment = times[-1]
    if source.random() < signs_up:
        moment += delay(source, 0.2, 0.9)
        events.append((unit, "signup", moment, channel, "", ""))
        if source.random() < activates:
            moment += delay(source, 20, 1.3)
            events.append((unit, "activate", moment, "", "", ""))
            if source.random() < subscribes:
                moment += delay(source, 130, 0.9)
                plan = pick(source, {name: values[1] for name, values in PLANS.items()})
                events.append((unit, "subscribe", moment, "", plan, PLANS[plan][0]))
        elif source.random() < 0.06:
            # Some buy without ever using the trial.
            plan = "starter"
            events.append((unit, "subscribe", moment + delay(source, 5, 0.5), "", plan, PLANS[plan][0]))
    return events


def saas():
    source = random.Random(41)
    first, end = datetime(2026, 1, 5), datetime(2026, 4, 1)
    rows = []
    for number in range(1, 291):
        # Busier towards the end of the quarter, quiet at week-ends.
        day = first + timedelta(days=int((end - first).days * source.random() ** 0.8))
        if day.weekday() >= 5 and source.random() < 0.6:
            day -= timedelta(days=2)
        rows.extend(visitor(source, number, day))
    rows = [row for row in rows if row[2] < end]
    rows.sort(key=lambda row: (row[2], row[0]))
    shown = [(unit, event, time.strftime("%Y-%m-%dT%H:%M:%SZ"), *rest) for unit, event, time, *rest in rows]
    write(EXAMPLES / "saas/events.csv", ["user_id", "event", "timestamp", "channel", "plan", "amount"], shown)
    return len(shown)


# A sales team: deals of half a year with the date of every stage, and the same deals as a history of changes.
STAGES = ["Qualified", "Proposal", "Negotiation"]
OWNERS = {"Amina Diallo": 1.15, "Bruno Keller": 1.0, "Chiara Rossi": 0.95, "David Okafor": 0.8}
SOURCES = {"Inbound": 5, "Referral": 2, "Outbound": 4, "Event": 1}
GAIN = {"Inbound": 1.0, "Referral": 1.25, "Outbound": 0.8, "Event": 0.9}
COMPANIES = ["Alder", "Birch", "Cedar", "Dune", "Elm", "Fjord", "Grove", "Heath", "Isle", "Juniper", "Kelp", "Larch"]
TRADES = ["Logistics", "Foods", "Clinics", "Studios", "Energy", "Textiles", "Print", "Travel"]


def working_time(source, moment):
    """Moves a moment to office hours of a working day."""
    while moment.weekday() >= 5:
        moment += timedelta(days=1)
    return moment.replace(hour=source.randrange(8, 18), minute=source.randrange(60), second=0)


def journey(source, created, chance, end):
    """The stage changes of one deal, [(stage, time)], skips, moves back and re-opened deals among them."""
    moves, moment = [("Lead", created)], created
    for position, stage in enumerate(STAGES):
        if source.random() > (0.74, 0.66, 0.72)[position] * chance:
            break
        # A few skip the proposal.
        if stage == "Proposal" and source.random() < 0.09:
            continue
        moment = working_time(source, moment + delay(source, 24 * (6, 9, 11)[position], 0.7))
        moves.append((stage, moment))
        if stage == "Negotiation" and source.random() < 0.15:
            # Back to a new proposal, and forward again.
            moment = working_time(source, moment + delay(source, 24 * 5, 0.5))
            moves.append(("Proposal", moment))
            moment = working_time(source, moment + delay(source, 24 * 5, 0.5))
            moves.append(("Negotiation", moment))
    reached_end = moves[-1][0] == "Negotiation" and source.random() < 0.70 * chance
    moment = working_time(source, moment + delay(source, 24 * (10 if reached_end else 21), 0.7))
    if reached_end:
        moves.append(("Closed Won", moment))
    elif source.random() < 0.78:
        moves.append(("Closed Lost", moment))
        if source.random() < 0.07:
            # Re-opened after some weeks, and won this time.
            moment = working_time(source, moment + delay(source, 24 * 25, 0.4))
            moves.append(("Negotiation", moment))
            moves.append(("Closed Won", working_time(source, moment + delay(source, 24 * 8, 0.4))))
    return [move for move in moves if move[1] < end]


def deal_row(number, name, moves, amount, owner, origin):
    """The deal as an export shows it today: first date of every stage, closing date where it is closed."""
    first = {}
    for stage, moment in moves:
        first.setdefault(stage, moment.strftime("%Y-%m-%d %H:%M"))
    last, moment = moves[-1]
    closed = moment.strftime("%Y-%m-%d %H:%M") if last.startswith("Closed") else ""
    return [number, name, first["Lead"], *(first.get(stage, "") for stage in STAGES), closed, last, amount, owner, origin]


def crm():
    source = random.Random(7)
    first, end = datetime(2026, 1, 5), datetime(2026, 7, 1)
    deals, history = [], []
    for index in range(180):
        created = working_time(source, first + timedelta(days=source.randrange(175)))
        if created >= end:
            continue
        owner, origin = source.choice(list(OWNERS)), pick(source, SOURCES)
        moves = journey(source, created, min(1.2, OWNERS[owner] * GAIN[origin]), end)
        number = 480_100 + index * 7
        name = f"{source.choice(COMPANIES)} {source.choice(TRADES)}"
        amount = f"{round(source.lognormvariate(8.6, 0.6) / 50) * 50}.00" if source.random() < 0.93 else ""
        deals.append(deal_row(number, name, moves, amount, owner, origin))
        history.extend((number, stage, moment.strftime("%Y-%m-%d %H:%M:%S"), owner) for stage, moment in moves)
    header = ["Record ID", "Deal Name", "Create Date", *(f'Date entered "{stage}"' for stage in STAGES)]
    header += ["Close Date", "Deal Stage", "Amount", "Deal owner", "Original Traffic Source"]
    write(EXAMPLES / "crm/deals.csv", header, deals)
    history.sort(key=lambda row: (row[2], row[0]))
    write(EXAMPLES / "crm/history.csv", ["deal_id", "stage", "timestamp", "owner"], history)
    return len(deals), len(history)


# A service sold by the month and by the year: who signed for which plan, until when it is paid for.
# plan: monthly price; term: share of customers, months paid at once, discount, chance to leave after a month
TIERS = {"Solo": 12, "Team": 39, "Studio": 95}
TERMS = {"month": (7, 1, 1.0, 0.085), "quarter": (1, 3, 0.95, 0.06), "year": (3, 12, 0.8, 0.022)}
COUNTRIES = {"France": 5, "Germany": 3, "Spain": 2, "": 0.4}


def months_later(day, months):
    """The same day of a later month; from the 29th on the first of the month after."""
    month = day.month - 1 + months
    year, month = day.year + month // 12, month % 12 + 1
    if day.day > 28:
        return datetime(year + month // 12, month % 12 + 1, 1)
    return datetime(year, month, day.day)


def contracts(source, number, start, end):
    """The subscriptions of one customer: renewals run on, a change of plan begins a new one, some come back."""
    term = pick(source, {name: values[0] for name, values in TERMS.items()})
    country, tier = pick(source, COUNTRIES), pick(source, {"Solo": 6, "Team": 4, "Studio": 1})
    _, paid, discount, leaves = TERMS[term]
    # Customers differ: most of those who leave leave soon.
    leaves = source.betavariate(1.2, 1.2 / leaves - 1.2)
    rows, begin, day = [], start, months_later(start, paid)

    def row(last):
        price = f"{TIERS[tier] * paid * discount:.2f}"
        shown = (last - timedelta(days=1)).strftime("%Y-%m-%d") if last else ""
        rows.append([f"c{number:03d}", begin.strftime("%Y-%m-%d"), shown, price, term, tier, country])

    while day < end:
        if source.random() < 1 - (1 - leaves) ** paid:
            row(day)
            if source.random() > 0.12:
                return rows
            begin = months_later(day, source.randrange(2, 7))
            if begin >= end:
                return rows
            day = begin
        elif source.random() < 0.02 * paid and tier != "Studio" or source.random() < 0.01 * paid and tier != "Solo":
            row(day)
            order = list(TIERS)
            up = tier == "Solo" or tier == "Team" and source.random() < 0.6
            tier, begin = order[order.index(tier) + (1 if up else -1)], day
        day = months_later(day, paid)
    row(None)
    return rows


def subscription():
    source = random.Random(2025)
    first, end = datetime(2024, 1, 1), datetime(2026, 7, 1)
    rows = []
    for number in range(1, 221):
        start = first + timedelta(days=int((end - first).days * source.random() ** 0.9))
        rows.extend(contracts(source, number, start, end))
    rows.sort(key=lambda row: (row[1], row[0]))
    header = ["customer_id", "start_date", "end_date", "amount", "interval", "plan", "country"]
    write(EXAMPLES / "subscription/subscriptions.csv", header, rows)
    return len(rows)


# A shop: orders of a year and a half, and what was spent on advertising each month.
# channel: share of the customers, how often they come back, what a new customer costs
SHOP_CHANNELS = {"search": (40, 0.62, 21.0), "social": (30, 0.40, 26.0), "friends": (20, 0.74, 0.0), "": (10, 0.5, 0.0)}


def customer_orders(source, number, first, end):
    """The orders of one customer: (customer, day, amount, channel); he stays away for good after some of them."""
    channel = pick(source, {name: values[0] for name, values in SHOP_CHANNELS.items()})
    usually = SHOP_CHANNELS[channel][1]
    stays = source.betavariate(1.6 * usually, 1.6 * (1 - usually))
    usual = source.lognormvariate(3.4, 0.45)
    pace = source.lognormvariate(3.0, 0.9)
    day, orders = first, []
    while day < end:
        amount = round(usual * source.lognormvariate(0, 0.3), 2)
        orders.append((f"C{number:04d}", day, amount, channel))
        if source.random() < 0.03:
            # Sent back, all or half of it.
            back = day + timedelta(days=source.randrange(3, 15))
            if back < end:
                orders.append((f"C{number:04d}", back, -round(amount * source.choice((1, 0.5)), 2), channel))
        if source.random() > stays:
            break
        day += timedelta(days=max(1, round(source.expovariate(1 / pace))))
    return orders


def shop():
    source = random.Random(23)
    start, end = datetime(2025, 1, 1), datetime(2026, 7, 1)
    rows, months = [], {}
    for number in range(1, 521):
        first = start + timedelta(days=int((end - start).days * source.random() ** 0.9))
        orders = customer_orders(source, number, first, end)
        rows.extend(orders)
        key = (first.strftime("%Y-%m-01"), orders[0][3])
        months[key] = months.get(key, 0) + 1
    rows.sort(key=lambda row: (row[1], row[0], row[2]))
    shown = [(1000 + place, unit, day.strftime("%Y-%m-%d"), f"{amount:.2f}", channel)
             for place, (unit, day, amount, channel) in enumerate(rows)]
    write(EXAMPLES / "shop/orders.csv", ["order_id", "customer_id", "order_date", "amount", "channel"], shown)
    spend = []
    for month in sorted({month for month, _ in months}):
        for channel in ("search", "social"):
            cost = 120 + months.get((month, channel), 0) * SHOP_CHANNELS[channel][2] * source.uniform(0.7, 1.2)
            spend.append((month, channel, f"{cost:.2f}"))
    write(EXAMPLES / "shop/spend.csv", ["date", "channel", "cost"], spend)
    return len(shown), len(spend)


if __name__ == "__main__":
    print("saas: events", saas())
    print("crm: deals, history rows", *crm())
    print("subscription: subscriptions", subscription())
    print("shop: orders, spend rows", *shop())

"""Where everything stands on each picture."""

from smf_desktop.reports.charts.plots import caseload, control, incidence, outlook, rates, survival

__all__ = ["caseload", "control", "incidence", "outlook", "rates", "survival"]

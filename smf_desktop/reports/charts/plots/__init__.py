"""Where everything stands on each picture."""

from smf_desktop.reports.charts.plots import caseload, control, incidence, rates, survival

__all__ = ["caseload", "control", "incidence", "rates", "survival"]

"""Measurements of cases, compared with empty workflows and a naive implementation."""

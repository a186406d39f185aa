# SPDX-License-Identifier: MPL-2.0
"""Widgets the screens are composed of.

A part is shown plain values and emits plain values. It must not know the store, a service or a screen. It takes its
colours, type and spacing from `app.qt.theme` and follows when that changes.
"""

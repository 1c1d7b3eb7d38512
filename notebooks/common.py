"""What every notebook here starts from: the tables of the dataset, and pictures that can print Chinese."""

import os
import warnings
from pathlib import Path

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib import font_manager

DATASET = Path(os.environ.get("OGI_DATASET", "../dataset")).resolve()

# The first that the machine has is taken.
CHINESE = [
    "Noto Sans CJK SC",
    "Noto Sans CJK JP",
    "Source Han Sans SC",
    "PingFang SC",
    "Microsoft YaHei",
    "WenQuanYi Zen Hei",
    "SimHei",
]


def table(name, columns=None):
    return pd.read_parquet(DATASET / f"{name}.parquet", columns=columns)


def use_chinese_font():
    # matplotlib keeps a list of fonts from the day it first ran, so a font that was installed since is looked for
    # among the files themselves.
    known = {font.name for font in font_manager.fontManager.ttflist}
    if known.isdisjoint(CHINESE):
        for path in font_manager.findSystemFonts():
            try:
                font_manager.fontManager.addfont(path)
            except (OSError, RuntimeError):  # an unreadable font is no reason to draw nothing
                continue
        known = {font.name for font in font_manager.fontManager.ttflist}
    found = [name for name in CHINESE if name in known]
    if not found:
        warnings.warn("Chinese is drawn as boxes: install a font that has it, such as fonts-noto-cjk")
    plt.rcParams["font.sans-serif"] = [*found[:1], *plt.rcParams["font.sans-serif"]]
    plt.rcParams["axes.unicode_minus"] = False

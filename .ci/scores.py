"""Runs the scorers beside the repository and holds their figures to .ci/floors.

Without ../shared there is nothing to score: said aloud, and a failure where CI=true.
"""
import json, os, pathlib, re, subprocess, sys

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent
SHARED = ROOT.parent / "shared"
OGI = ROOT / "target" / "release" / "ogi"
SCRATCH = ROOT / "target" / "ci"


def run(*command):
    done = subprocess.run([str(word) for word in command], stdout=subprocess.PIPE, check=True)
    return done.stdout.decode()


def dataset(name, documents, gold):
    """Builds a dataset of a folder of documents and scores it against a folder of answers."""
    out = SCRATCH / f"scored-{name}"
    run(OGI, "build", documents, "--out", out)
    scores = json.loads(run(sys.executable, SHARED / "score" / "score.py", out, gold, "--json"))
    return {
        "recall": scores["recall"], "precision": scores["precision"], "identity": scores["identity_ok"] / max(1, scores["identity"]),
        "absent": scores["absent_reports"], "false_findings": scores["findings_false"],
    }


def cases(kind, pattern):
    text = run(sys.executable, SHARED / "score" / "score_cases.py", kind, OGI, SHARED / "cases" / f"{kind}.jsonl")
    found = re.search(pattern, text)
    if not found:
        sys.exit(f"score_cases.py {kind} printed no figures that .ci/scores.py knows:\n{text[-500:]}")
    return {name: float(value) for name, value in found.groupdict().items()}


def main():
    if not SHARED.is_dir():
        print(f"\nSKIPPED: no reports to score, {SHARED.name} is not beside the repository\n")
        sys.exit(1 if os.environ.get("CI") == "true" else 0)
    scores = {
        "reports": dataset("reports", SHARED / "reports", SHARED / "gold"),
        "whole": dataset("whole", SHARED / "whole" / "docs", SHARED / "whole" / "gold"),
        "sample": dataset("sample", ROOT / "data" / "sample" / "reports", ROOT / "data" / "sample" / "expected"),
        "identify": cases("identify", r"fields right (?P<fields>[0-9.]+)"),
        "narrative": cases("narrative", r"recall (?P<recall>[0-9.]+) precision (?P<precision>[0-9.]+)"),
    }
    below = 0
    for line in (HERE / "floors").read_text().splitlines():
        words = line.split("#")[0].split()
        if not words:
            continue
        name, measure, floor = words[0], words[1], float(words[2])
        got = scores[name][measure]
        # These count failures: the floor is a ceiling.
        passes = got <= floor if measure in ("absent", "false_findings") else got >= floor
        below += not passes
        print(f"{name:10} {measure:15} {got:8.4f}  floor {floor:.2f}  {'' if passes else 'BELOW'}")
    sys.exit(1 if below else 0)


main()

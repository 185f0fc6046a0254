#include "report/style.h"

#include <string_view>

namespace migext::report {
namespace {

constexpr std::string_view kColours = R"(
:root { color-scheme: light dark;
  --page: #f6f7f5; --card: #ffffff; --text: #1c2321; --muted: #5d6864; --line: #dfe4e1;
  --accent: #0c6b4c; --code: #eef2f0;
  --error: #b3261e; --error-back: #fdeceb; --warning: #8a5300; --warning-back: #fff4e0;
  --info: #2b5b99; --info-back: #eaf1fb; --ok: #16704a; --ok-back: #e6f4ec;
  --hue0: #0c8059; --hue1: #2f6fc4; --hue2: #b0561a; --hue3: #8346b8; --hue4: #b3325f; --hue5: #66710b; }
@media (prefers-color-scheme: dark) { :root {
  --page: #121614; --card: #1a201d; --text: #e6ebe8; --muted: #9aa8a2; --line: #2e3733;
  --accent: #5ccfa2; --code: #232b27;
  --error: #ff9a91; --error-back: #3a1d1b; --warning: #f1c26b; --warning-back: #362a14;
  --info: #9cc3f7; --info-back: #1b2a3d; --ok: #76d8a6; --ok-back: #17301f;
  --hue0: #4fc296; --hue1: #6fa8ee; --hue2: #e59a62; --hue3: #bb8cec; --hue4: #ee80a6; --hue5: #b9c455; } }
)";

constexpr std::string_view kText = R"(
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--text);
  font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; }
header, main, footer { max-width: 1280px; margin: 0 auto; padding: 0 16px; }
header { padding-top: 28px; }
h1 { margin: 0; font-size: 1.7rem; line-height: 1.2; overflow-wrap: anywhere; }
h2 { margin: 40px 0 12px; font-size: 1.25rem; }
h3 { margin: 0; font-size: 1rem; overflow-wrap: anywhere; }
p { margin: 6px 0; }
p, li, td, dd, summary, pre, code { overflow-wrap: anywhere; unicode-bidi: isolate; }
code, pre, .name, .needs, .time { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas,
  "DejaVu Sans Mono", "Liberation Mono", monospace; }
code { font-size: .875em; }
pre { margin: 8px 0 0; padding: 8px 10px; background: var(--code); border-radius: 6px;
  font-size: .8125rem; white-space: pre-wrap; }
a { color: var(--accent); }
.muted, .time, .facts, footer { color: var(--muted); }
.time { font-size: .8125rem; font-variant-numeric: tabular-nums; }
.facts { display: flex; flex-wrap: wrap; gap: 0 20px; margin: 8px 0 0; font-size: .9375rem; }
.facts span { overflow-wrap: anywhere; }
.verdict { margin: 18px 0 0; padding: 12px 16px; border-radius: 8px; font-weight: 600; }
.none { color: var(--ok); }
nav { display: flex; flex-wrap: wrap; gap: 8px; margin: 16px 0 0; }
nav a { display: block; padding: 4px 12px; border: 1px solid var(--line); border-radius: 999px;
  background: var(--card); color: inherit; text-decoration: none; font-size: .9375rem; }
nav a:hover { border-color: var(--accent); }
nav b { font-variant-numeric: tabular-nums; }
footer { margin-top: 48px; padding-bottom: 32px; font-size: .875rem; }
)";

constexpr std::string_view kParts = R"(
.grid { columns: 390px; column-gap: 16px; }
.grid .card { margin: 0 0 16px; break-inside: avoid; }
.card { padding: 14px 16px; background: var(--card); border: 1px solid var(--line);
  border-radius: 10px; }
summary { cursor: pointer; font-weight: 600; }
summary .muted { font-weight: 400; }
.bar { height: 6px; margin: 10px 0 4px; border-radius: 3px; background: var(--code); overflow: hidden; }
.bar span { display: block; height: 100%; background: var(--ok); }
.steps { list-style: none; margin: 8px 0 0; padding: 0; }
.steps li { display: grid; grid-template-columns: 2.4em 1fr; padding: 5px 0;
  border-top: 1px solid var(--line); font-size: .9375rem; }
.steps div { min-width: 0; }
.steps .mark { white-space: pre; color: var(--muted); }
.steps .applied .mark { color: var(--ok); }
.steps .attention .mark { color: var(--error); }
.finding { margin: 0 0 12px; border-left: 4px solid var(--line); }
.finding p { font-size: .9375rem; white-space: pre-line; }
.finding dl { display: grid; grid-template-columns: max-content 1fr; gap: 2px 12px; margin: 8px 0 0;
  font-size: .875rem; }
.finding dt { color: var(--muted); }
.finding dd { margin: 0; min-width: 0; }
.badge { display: inline-block; margin-right: 8px; padding: 0 8px; border-radius: 4px;
  font-size: .8125rem; font-weight: 600; }
.error { border-left-color: var(--error); } .warning { border-left-color: var(--warning); }
.info { border-left-color: var(--info); }
.badge.error, .verdict.error { background: var(--error-back); color: var(--error); }
.badge.warning, .verdict.warning { background: var(--warning-back); color: var(--warning); }
.badge.info, .verdict.info { background: var(--info-back); color: var(--info); }
.badge.ok, .verdict.ok { background: var(--ok-back); color: var(--ok); }
table { width: 100%; border-collapse: collapse; font-size: .9375rem; }
th, td { padding: 6px 12px 6px 0; border-top: 1px solid var(--line); text-align: left; vertical-align: top; }
th { border-top: 0; color: var(--muted); font-weight: 500; font-size: .875rem; }
@media (max-width: 640px) {
  thead { display: none; }
  tr { display: block; padding: 6px 0; border-top: 1px solid var(--line); }
  td { display: block; padding: 0; border: 0; } }
.more { margin-top: 12px; }
h3 .muted { font-weight: 400; }
)";

constexpr std::string_view kGraph = R"(
figcaption { margin-bottom: 4px; font-weight: 600; overflow-wrap: anywhere; }
svg { display: block; max-width: 100%; height: auto; }
.lane { fill: none; stroke-width: 2; }
.dot { stroke-width: 2; }
.dot.pending, .dot.missing { fill: var(--card); }
.dot.missing { stroke: var(--error); stroke-dasharray: 2 2; }
text { fill: var(--text); }
.name { font-size: 12px; } .needs { font-size: 10px; fill: var(--muted); }
.name.pending { font-weight: 600; } .name.missing { fill: var(--error); }
.hue0 { stroke: var(--hue0); } .hue1 { stroke: var(--hue1); } .hue2 { stroke: var(--hue2); }
.hue3 { stroke: var(--hue3); } .hue4 { stroke: var(--hue4); } .hue5 { stroke: var(--hue5); }
.applied.hue0 { fill: var(--hue0); } .applied.hue1 { fill: var(--hue1); }
.applied.hue2 { fill: var(--hue2); } .applied.hue3 { fill: var(--hue3); }
.applied.hue4 { fill: var(--hue4); } .applied.hue5 { fill: var(--hue5); }
)";

}  // namespace

std::string Style() {
  std::string style;
  for (const std::string_view part : {kColours, kText, kParts, kGraph}) style += part;
  return style;
}

}  // namespace migext::report

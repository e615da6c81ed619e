/** The style of the report's page: for light and dark screens, and for paper. */
export const style = `
:root {
  color-scheme: light dark;
  --paper: #fff; --ink: #1c2329; --soft: #5b6670; --line: #d9dee3; --tint: #f4f6f8;
  --crash: #b3261e; --hang: #d9603b; --failure: #e0a100; --recovered: #2f7d5b; --harmless: #8fb3cf; --idle: #d3dae0;
  --error: #8b46a8; --native: #b3261e; --nooks: #2f7d5b; --past: #7a8590; --inside: #fff; --on-light: #1c2329;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #15191d; --ink: #e4e8ec; --soft: #9aa5af; --line: #333b43; --tint: #1d2328;
    --crash: #e5695f; --hang: #e88f63; --failure: #e2b33d; --recovered: #52b287; --harmless: #5f8db0; --idle: #3c454d;
    --error: #b981d1; --native: #e5695f; --nooks: #52b287; --past: #8a959f; --inside: #10151a; --on-light: #10151a;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 15px/1.5 system-ui, sans-serif; }
main { max-width: 940px; margin: 0 auto; padding: 32px 24px 64px; }
h1 { font-size: 28px; line-height: 1.2; margin: 0 0 4px; letter-spacing: -0.01em; }
h2 { font-size: 19px; margin: 44px 0 8px; padding-top: 12px; border-top: 1px solid var(--line); }
h3 { font-size: 15px; margin: 20px 0 4px; }
p { margin: 6px 0 12px; max-width: 76ch; }
.lead, figcaption, .note { color: var(--soft); }
figure { margin: 12px 0 24px; }
figcaption { font-size: 13px; max-width: 84ch; }
.cards { display: grid; grid-template-columns: repeat(auto-fit, minmax(160px, 1fr)); gap: 12px; margin: 20px 0; }
.card { background: var(--tint); border-radius: 8px; padding: 12px 16px; }
.card b { display: block; font-size: 23px; font-weight: 650; white-space: nowrap; line-height: 1.3;
  font-variant-numeric: tabular-nums; }
.card span { display: block; font-size: 13px; color: var(--soft); }
.wide { overflow-x: auto; }
table { border-collapse: collapse; font-size: 13.5px; font-variant-numeric: tabular-nums; margin: 8px 0 16px; }
th, td { padding: 4px 12px 4px 0; text-align: left; vertical-align: top; border-bottom: 1px solid var(--line); }
thead th { color: var(--soft); font-weight: 500; white-space: nowrap; }
tbody th { font-weight: 600; max-width: 42ch; overflow-wrap: anywhere; }
td code { white-space: nowrap; }
.figure { text-align: right; white-space: nowrap; }
.figure small { color: var(--soft); }
.heat td { text-align: center; min-width: 64px; padding: 6px 8px; }
.heat td[style] { background: color-mix(in srgb, var(--c) calc(18% + var(--part) * 60%), var(--paper)); }
code { font: 12.5px/1.5 ui-monospace, monospace; overflow-wrap: anywhere; }
.trials { padding: 0; list-style: none; margin: 8px 0; }
.trials li { padding: 8px 0; border-bottom: 1px solid var(--line); font-size: 13.5px; }
.trials .why { color: var(--soft); }
.badge { display: inline-block; padding: 0 8px; border-radius: 9px; font-size: 12px; color: var(--inside);
  background: var(--c); }
details > summary { cursor: pointer; color: var(--soft); margin: 8px 0; }
svg { width: 100%; height: auto; display: block; }
svg .bar { fill: var(--c); }
svg .whisker { stroke: var(--c); stroke-width: 2.5; stroke-linecap: round; }
svg .dot { fill: var(--c); stroke: var(--paper); stroke-width: 1.5; }
svg .grid { stroke: var(--line); stroke-width: 1; }
svg text { font: 12.5px system-ui, sans-serif; fill: var(--ink); font-variant-numeric: tabular-nums; }
svg .label { text-anchor: end; }
svg .inside { text-anchor: middle; fill: var(--inside); font-size: 11.5px; }
svg :is(.on-failure, .on-harmless, .on-idle) { fill: var(--on-light); }
svg .total { fill: var(--soft); }
svg .tick { text-anchor: middle; fill: var(--soft); font-size: 11.5px; }
.legend { font-size: 13px; color: var(--soft); margin: 4px 0; max-width: none; }
.legend span { margin-right: 14px; white-space: nowrap; }
.legend i { display: inline-block; width: 11px; height: 11px; border-radius: 2px; background: var(--c);
  margin-right: 5px; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 2px 16px; font-size: 13.5px; }
dt { font-weight: 600; } dd { margin: 0; color: var(--soft); }
@media print { main { max-width: none; padding: 0; } section { break-inside: avoid; } details { display: none; } }
`;

// Draws walls against round trips as an SVG that a light and a dark page can show.

// Lines: { name, colour (1 to 4), dashed, points: [{ x, y }] }; x in ms of round trip, y in ms of wall.
export function plot(title, lines) {
  const all = lines.flatMap((line) => line.points);
  const right = Math.max(...all.map((point) => point.x), 1);
  const step = niceStep(Math.max(...all.map((point) => point.y), 1));
  const top = Math.ceil(Math.max(...all.map((point) => point.y), 1) / step) * step;
  const x = (value) => (70 + (value / right) * 430).toFixed(1);
  const y = (value) => (340 - (value / top) * 290).toFixed(1);
  const out = [
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 760 390" font-family="sans-serif" font-size="12">',
    `<title>${escaped(title)}</title>`,
    '<style>',
    ':root { --paper: #fff; --ink: #24292f; --faint: #d0d7de; --c1: #0550ae; --c2: #b35900; --c3: #116329; --c4: #8250df }',
    '@media (prefers-color-scheme: dark) { :root { --paper: #0d1117; --ink: #e6edf3; --faint: #30363d;',
    '  --c1: #79c0ff; --c2: #ffa657; --c3: #7ee787; --c4: #d2a8ff } }',
    'text { fill: var(--ink) } .paper { fill: var(--paper) } .grid { stroke: var(--faint) }',
    'polyline { fill: none; stroke-width: 2 } .dashed { stroke-dasharray: 6 4 }',
    ...[1, 2, 3, 4].map((i) => `.c${i} { stroke: var(--c${i}) } circle.c${i} { fill: var(--c${i}) }`),
    '</style>',
    '<rect class="paper" width="760" height="390"/>',
    `<text x="70" y="24" font-size="14">${escaped(title)}</text>`,
    '<text x="230" y="378">added round trip, ms</text>',
    '<text x="14" y="200" transform="rotate(-90 14 200)">wall, ms</text>',
  ];
  for (let value = 0; value <= top; value += step) {
    out.push(`<path class="grid" d="M70 ${y(value)}H500"/>`, `<text x="62" y="${y(value)}" dy="4" text-anchor="end">${value}</text>`);
  }
  for (const value of new Set(all.map((point) => point.x))) {
    out.push(`<text x="${x(value)}" y="358" text-anchor="middle">${value}</text>`);
  }
  lines.forEach((line, i) => {
    const kind = `c${line.colour}`;
    const level = 60 + 22 * i;
    out.push(`<polyline class="${kind}${line.dashed ? ' dashed' : ''}" points="${line.points.map((p) => `${x(p.x)},${y(p.y)}`).join(' ')}"/>`);
    for (const p of line.points) out.push(`<circle class="${kind}" cx="${x(p.x)}" cy="${y(p.y)}" r="3"/>`);
    out.push(`<polyline class="${kind}${line.dashed ? ' dashed' : ''}" points="520,${level} 550,${level}"/>`);
    out.push(`<text x="558" y="${level + 4}">${escaped(line.name)}</text>`);
  });
  return out.join('\n') + '\n</svg>\n';
}

function niceStep(top) {
  const rough = top / 5;
  const power = 10 ** Math.floor(Math.log10(rough));
  return [1, 2, 5, 10].map((factor) => factor * power).find((step) => step >= rough);
}

const escaped = (text) => text.replace(/&/g, '&amp;').replace(/</g, '&lt;');

// Runs in the page: every visible text whose contrast against what is behind it is below 4.5 (WCAG 2.2, 1.4.3 AA), as lines.
// What cannot be used (disabled) and the editor's line numbers are left out.
export function pale() {
  const parse = (text) => {
    const [red, green, blue, alpha = 1] = /rgba?\(([^)]+)\)/.exec(text)[1].split(/[ ,/]+/).filter(Boolean).map(Number);
    return [red, green, blue, alpha];
  };
  const over = (front, back) => [0, 1, 2].map((part) => front[part] * front[3] + back[part] * (1 - front[3])).concat(1);
  const chain = (element) => (element ? [element, ...chain(element.parentElement)] : []);
  const canvas = () => {
    const isDark = getComputedStyle(document.documentElement).colorScheme.includes('dark') && matchMedia('(prefers-color-scheme: dark)').matches;
    return isDark ? [18, 18, 18, 1] : [255, 255, 255, 1];
  };
  const behind = (element) => {
    const layers = [];
    for (const ancestor of chain(element)) {
      const colour = parse(getComputedStyle(ancestor).backgroundColor);
      if (colour[3] > 0) layers.push(colour);
      if (colour[3] === 1) break;
    }
    return layers.reduceRight((back, front) => over(front, back), canvas());
  };
  const luminance = (colour) => {
    const [red, green, blue] = colour.slice(0, 3).map((part) => {
      const share = part / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const lines = new Map();
  for (const element of document.querySelectorAll('body *')) {
    if (![...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.textContent.trim())) continue;
    const { width, height } = element.getBoundingClientRect();
    if (!width || !height || getComputedStyle(element).visibility === 'hidden') continue;
    if (element.closest(':disabled, [aria-disabled=true], .margin, option')) continue;
    const opacity = chain(element).reduce((product, ancestor) => product * Number(getComputedStyle(ancestor).opacity), 1);
    if (opacity === 0) continue;
    const back = behind(element);
    const colour = parse(getComputedStyle(element).color);
    colour[3] *= opacity;
    const [lighter, darker] = [luminance(over(colour, back)), luminance(back)].sort((a, b) => b - a);
    const ratio = (lighter + 0.05) / (darker + 0.05);
    if (ratio < 4.5) lines.set(`${element.tagName.toLowerCase()}.${element.className}: ${ratio.toFixed(2)}`, element.textContent.trim().slice(0, 30));
  }
  return [...lines].map(([where, text]) => `${where} "${text}"`);
}

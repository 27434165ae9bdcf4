import tokens from './tokens.json' with { type: 'json' };

/** Roles of tokens.json as CSS custom properties and chips by value; components read roles, never a colour. An adopted sheet needs no exception in the policy. */
export function applyTokens(): void {
  const sheet = new CSSStyleSheet();
  const properties = (values: Readonly<Record<string, string>>) => Object.entries(values).map(([name, value]) => `--${dashed(name)}: ${value};`).join(' ');
  const { all } = tokens.chip.highContrast;
  sheet.replaceSync(
    [
      `:root { ${properties(tokens.color.light)} }`,
      `:root[data-theme='high-contrast'] { ${properties(tokens.color.highContrast)} }`,
      ...Object.entries(tokens.chip.light).map(([value, { fill, on }]) => `.chip[data-value='${value}'] { background: ${fill}; color: ${on}; }`),
      `:root[data-theme='high-contrast'] .chip[data-value] { background: ${all.fill}; color: ${all.on}; border: 3px solid ${all.border}; }`,
    ].join('\n'),
  );
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
}

const dashed = (name: string): string => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

import tokens from './tokens.json' with { type: 'json' };

/** Roles of tokens.json as CSS custom properties; components read roles, never a colour. */
export function applyTokens(): void {
  const sheet = new CSSStyleSheet();
  const properties = (values: Readonly<Record<string, string>>) => Object.entries(values).map(([name, value]) => `--${dashed(name)}: ${value};`).join(' ');
  sheet.replaceSync(`:root { ${properties(tokens.color.light)} } :root[data-theme='high-contrast'] { ${properties(tokens.color.highContrast)} }`);
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
}

const dashed = (name: string): string => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

import { describe, expect, it } from 'vitest';
import tokens from '../../renderer/theme/tokens.json' with { type: 'json' };

/** Relative luminance of WCAG 2.2. @param hex  `#RRGGBB` */
function luminance(hex: string): number {
  const channel = (offset: number) => {
    const value = Number.parseInt(hex.slice(offset, offset + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  };
  return 0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5);
}

/** 1…21, rounded down to two decimals. */
function contrast(one: string, other: string): number {
  const [dark, light] = [luminance(one), luminance(other)].sort((left, right) => left - right) as [number, number];
  return Math.floor(((light + 0.05) / (dark + 0.05)) * 100) / 100;
}

/** `paper`, or `chip.500.fill`. */
function colourOf(theme: 'light' | 'highContrast', role: string): string {
  const [group, denomination = '', part = ''] = role.split('.');
  const colour = group === 'chip' ? (tokens.chip[theme] as Record<string, Record<string, unknown>>)[denomination]?.[part] : (tokens.color[theme] as Record<string, string>)[role];
  expect(colour, role).toMatch(/^#[0-9A-F]{6}$/i);
  return String(colour);
}

describe('contrast of the themes', () => {
  it.each(tokens.contrast.pairs.map((pair) => [pair.theme, pair.fg, pair.bg, pair] as const))('%s: %s on %s', (_theme, _fg, _bg, pair) => {
    const theme = pair.theme === 'light' ? 'light' : 'highContrast';
    const ratio = contrast(colourOf(theme, pair.fg), colourOf(theme, pair.bg));
    expect(ratio).toBeGreaterThanOrEqual(pair.min);
    expect(ratio).toBe(pair.ratio);
  });

  it('has the same roles in both themes', () => {
    expect(Object.keys(tokens.color.highContrast)).toEqual(Object.keys(tokens.color.light));
  });
});

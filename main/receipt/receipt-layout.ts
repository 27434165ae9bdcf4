import { assert } from '../foundation/assert.ts';
import type { ReceiptLine } from './receipt-lines.ts';

/** How large a row is set: title and strong take wider cells, so fewer of them fit. */
export type RowStyle = 'normal' | 'strong' | 'title';

/** One printed row. Text dumps and the bitmap are made of the same rows, so what is asserted as text is what stands on paper. */
export type ReceiptRow =
  | { readonly kind: 'centred'; readonly style: RowStyle; readonly text: string }
  | { readonly kind: 'spread'; readonly style: RowStyle; readonly left: string; readonly right: string }
  | { readonly kind: 'rule' };

/** Cells between a label and its value, at least; less looks like one word. */
const PAIR_GAP_COLUMNS = 2;

/**
 * Breaks lines into rows. A pair that does not fit on one row puts its value, right-aligned, under its label; nothing is cut.
 *
 * @param columns  cells per row of each style, 16 or more
 */
export function layOutReceipt(lines: readonly ReceiptLine[], columns: Readonly<Record<RowStyle, number>>): ReceiptRow[] {
  assert(Math.min(...Object.values(columns)) >= 16, 'receipt: a row has room for 16 cells');
  return lines.flatMap((line): ReceiptRow[] => {
    switch (line.kind) {
      case 'title':
        return wrapWords(line.text, columns.title).map((text) => ({ kind: 'centred', style: 'title', text }));
      case 'center':
        return wrapWords(line.text, columns.normal).map((text) => ({ kind: 'centred', style: 'normal', text }));
      case 'text':
        return wrapWords(line.text, columns.normal).map((left) => ({ kind: 'spread', style: 'normal', left, right: '' }));
      case 'pair':
        return pairRows(line.label, line.value, line.strong ? 'strong' : 'normal', columns);
      case 'rule':
        return [{ kind: 'rule' }];
    }
  });
}

function pairRows(label: string, value: string, style: RowStyle, columns: Readonly<Record<RowStyle, number>>): ReceiptRow[] {
  const widthColumns = columns[style];
  if (cellCount(label) + PAIR_GAP_COLUMNS + cellCount(value) <= widthColumns) return [{ kind: 'spread', style, left: label, right: value }];
  return [
    ...wrapWords(label, widthColumns).map((left): ReceiptRow => ({ kind: 'spread', style, left, right: '' })),
    ...wrapWords(value, widthColumns).map((right): ReceiptRow => ({ kind: 'spread', style, left: '', right })),
  ];
}

/** Cells a text takes: one per character; the receipt has no combining marks (the atlas would refuse them). */
export function cellCount(text: string): number {
  return [...text].length;
}

/** Breaks at ordinary spaces only; a word longer than the row is broken where the row ends. At least one row, also for an empty text. */
export function wrapWords(text: string, widthColumns: number): string[] {
  const rows: string[] = [];
  let row: string[] = [];
  for (const word of text.split(' ').filter((part) => part !== '')) {
    const letters = [...word];
    if (row.length > 0 && row.length + 1 + letters.length <= widthColumns) row.push(' ', ...letters);
    else {
      if (row.length > 0) rows.push(row.join(''));
      row = letters;
    }
    while (row.length > widthColumns) rows.push(row.splice(0, widthColumns).join(''));
  }
  if (row.length > 0 || rows.length === 0) rows.push(row.join(''));
  return rows;
}

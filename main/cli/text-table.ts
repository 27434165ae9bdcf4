export interface Column {
  readonly title: string;
  /** Numbers end at the right. */
  readonly align?: 'left' | 'right';
  /** Longer text is cut and ends in an ellipsis. */
  readonly widthMax?: number;
}

/**
 * Rows under their titles, each column as wide as its widest cell, two spaces between. The last column is not padded.
 * @param rows  one cell a column
 */
export function textTable(columns: readonly Column[], rows: readonly (readonly string[])[]): string {
  const cut = (cell: string, column: Column) => (column.widthMax !== undefined && cell.length > column.widthMax ? `${cell.slice(0, column.widthMax - 1)}…` : cell);
  const cells = [columns.map((column) => column.title), ...rows].map((row) => columns.map((column, index) => cut(oneLine(row[index] ?? ''), column)));
  const widths = columns.map((_, index) => Math.max(...cells.map((row) => row[index]!.length)));
  return cells
    .map((row) => row.map((cell, index) => (columns[index]!.align === 'right' ? cell.padStart(widths[index]!) : cell.padEnd(widths[index]!))).join('  ').trimEnd())
    .join('\n');
}

/** What comes from a journal or a device is data: it moves no cursor and starts no line in a technician's terminal. */
function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}]+/gu, ' ');
}

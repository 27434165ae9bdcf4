import { renderReceipt } from './receipt-bitmap.ts';
import type { ReceiptLine } from './receipt-lines.ts';

export interface BenchResult {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly aim: number;
}

const WARM_UP_RUNS = 200;
const RUNS = 2000;

/** Forty lines in the three languages, a title and a total among them. */
const SLIP: readonly ReceiptLine[] = [
  { kind: 'title', text: 'QOLMA' },
  { kind: 'center', text: 'Терминал № 0427' },
  ...Array.from({ length: 12 }, (_, row): ReceiptLine[] => [
    { kind: 'pair', label: `Қабылданды ${row}`, value: '15 000', strong: false },
    { kind: 'pair', label: `К зачислению ${row}`, value: '14 800', strong: false },
    { kind: 'pair', label: `To be credited ${row}`, value: '200', strong: false },
  ]).flat(),
  { kind: 'rule' },
  { kind: 'pair', label: 'ТҮСТІ, ₸', value: '14 800', strong: true },
];

/** Time to draw one forty-line slip of 576 dots. Aim: half a millisecond. */
export function benchReceipt(): BenchResult[] {
  for (let run = 0; run < WARM_UP_RUNS; run += 1) renderReceipt(SLIP, { widthDots: 576 });
  const startedMs = performance.now();
  for (let run = 0; run < RUNS; run += 1) renderReceipt(SLIP, { widthDots: 576 });
  return [{ name: 'receipt: draw a 40-line slip', value: (performance.now() - startedMs) / RUNS, unit: 'ms', aim: 0.5 }];
}

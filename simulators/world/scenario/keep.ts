import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { JournalReader } from '../../../main/journal/reader.ts';
import { ROWS_PER_QUERY_MAX } from '../../../main/journal/reader.ts';
import { assert } from '../../../main/foundation/assert.ts';
import { renderReceipt } from '../../../main/receipt/receipt-bitmap.ts';
import { receiptLines } from '../../../main/receipt/receipt-lines.ts';
import { receiptPlainText } from '../../../main/receipt/receipt-text.ts';
import type { ControlClient } from '../../control/control-socket.ts';
import { paperPng } from '../../escpos-family/paper-png.ts';
import type { Worlds } from './cash-figures.ts';
import type { Telephone } from './telephone.ts';
import type { TimeLineEntry } from './time-line.ts';
import { issuedReceipts } from './visit-report.ts';
import type { VisitReport } from './visit-report.ts';

const PAPER_WIDTH_DOTS = 576;

export interface KeptVisit {
  readonly folder: string;
  readonly report: VisitReport;
  readonly journal: JournalReader;
  readonly journalPath: string;
  readonly coreLogPath: string;
  readonly configPath: string;
  readonly worlds: Worlds;
  readonly papers: readonly Buffer[];
  readonly timeLine: readonly TimeLineEntry[];
  readonly telephone: Telephone;
}

/**
 * Leaves a visit behind for eyes and tools: `journal.sqlite`, `core.log`, `terminal.json`, `messages/<seq>-<kind>-<sent|received>.xml`,
 * `receipts/<number>.{txt,png}` as recorded and `receipts/paper-<n>.png` as it came out of the printer, `timeline.jsonl`, `world.json`,
 * `report.json`. An earlier visit in the same folder is replaced.
 *
 * @returns problems: files in which a one-time code was found; those are removed again
 */
export function keepVisit(visit: KeptVisit): readonly string[] {
  const { folder, report, journal, worlds, papers, timeLine, telephone } = visit;
  for (const part of ['messages', 'receipts']) {
    rmSync(join(folder, part), { recursive: true, force: true });
    mkdirSync(join(folder, part), { recursive: true });
  }
  const write = (name: string, content: string | Uint8Array) => writeFileSync(join(folder, name), content, { mode: 0o600 });
  copyJournal(visit.journalPath, folder);
  copyFileSync(visit.coreLogPath, join(folder, 'core.log'));
  copyFileSync(visit.configPath, join(folder, 'terminal.json'));
  for (const message of journal.messages({ limit: ROWS_PER_QUERY_MAX })) {
    const name = `messages/${String(message.seq).padStart(5, '0')}-${message.operation}`;
    write(`${name}-sent.xml`, message.bytes);
    if (message.answerBytes !== null) write(`${name}-received.xml`, message.answerBytes);
  }
  for (const { record } of issuedReceipts(journal)) {
    const lines = receiptLines(record, record.language);
    const rendered = renderReceipt(lines, { widthDots: PAPER_WIDTH_DOTS });
    assert(rendered.ok, 'receipt: a text of ours has a letter that the paper font lacks');
    write(`receipts/${record.receiptNumber}.txt`, receiptPlainText(lines));
    write(`receipts/${record.receiptNumber}.png`, paperPng(rendered.value));
  }
  papers.forEach((png, index) => write(`receipts/paper-${index + 1}.png`, png));
  write('timeline.jsonl', timeLine.map((entry) => `${JSON.stringify(entry)}\n`).join(''));
  write('world.json', `${JSON.stringify(worlds, null, 2)}\n`);
  write('report.json', `${JSON.stringify(report, null, 2)}\n`);
  return removeWithCodes(folder, telephone);
}

/** The core has closed it, so as a rule all of it is in the one file. */
function copyJournal(journalPath: string, folder: string): void {
  for (const suffix of ['', '-wal', '-shm']) rmSync(join(folder, `journal.sqlite${suffix}`), { force: true });
  copyFileSync(journalPath, join(folder, 'journal.sqlite'));
  const logPath = `${journalPath}-wal`;
  if (existsSync(logPath) && statSync(logPath).size > 0) copyFileSync(logPath, join(folder, 'journal.sqlite-wal'));
}

/** A one-time code is nowhere but on the telephone. [design map, codes] */
function removeWithCodes(folder: string, telephone: Telephone): readonly string[] {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => statSync(join(folder, name)).isFile());
  const withCodes = files.filter((name) => telephone.codesIn(readFileSync(join(folder, name), 'latin1')) > 0).sort();
  for (const name of withCodes) rmSync(join(folder, name));
  return withCodes.map((name) => `secrets: a one-time code stood in ${name}`);
}

const receiptsSchema = z.array(z.unknown());

/** What the simulated printer put out, one picture a receipt. */
export async function printedPapers(devices: ControlClient): Promise<readonly Buffer[]> {
  const listed = await devices.send('printer', { do: 'receipts' });
  const count = listed.ok ? (receiptsSchema.safeParse(listed.value).data?.length ?? 0) : 0;
  const papers: Buffer[] = [];
  for (let index = 0; index < count; index += 1) {
    const png = await devices.send('printer', { do: 'receiptPng', index });
    if (png.ok && typeof png.value === 'string') papers.push(Buffer.from(png.value, 'base64'));
  }
  return papers;
}

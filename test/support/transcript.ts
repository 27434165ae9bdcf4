import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { ScreenModel } from '../../main/contracts/screen-model.ts';
import type { JournalEntry } from '../../main/journal/journal.ts';
import type { DeskWorld } from './virtual-desk.ts';

const FOLDER = join(import.meta.dirname, '../transcripts');

/** Written by the journal beside the facts, or by the link on its own: noise in a story. */
const LEFT_OUT = ['message.moved', 'counts.changed', 'receipt.recorded', 'suspense.recorded', 'fact.put', 'reference.given', 'journal.sealed', 'key.introduced', 'businessDay.began'];

/** Writes down what a customer sees and what the journal takes, with the time since the session began. */
export class Transcript {
  readonly #world: DeskWorld;
  readonly #title: string;
  readonly #lines: string[] = [];
  readonly #startMs: number;
  #entryNumber: number;
  #screen = '';

  constructor(world: DeskWorld, title: string) {
    this.#world = world;
    this.#title = title;
    this.#startMs = world.clock.monotonicMs();
    this.#entryNumber = world.entries().length;
    this.watch();
  }

  /** Again after a restart: the new core has a new desk. */
  watch(): void {
    this.#world.desk.onModel((model) => this.#look(model));
    this.#look(this.#world.model);
  }

  note(what: string): void {
    this.#catchUp();
    this.#line('**', what);
  }

  #look(model: ScreenModel): void {
    this.#catchUp();
    const shown = `${model.screen}${figureOf(model)}`;
    if (shown === this.#screen) return;
    this.#screen = shown;
    this.#line('screen', shown);
  }

  #catchUp(): void {
    if (!this.#world.isJournalOpen) return;
    for (const entry of this.#world.entries(this.#entryNumber + 1)) {
      this.#entryNumber = entry.entryNumber;
      if (LEFT_OUT.includes(entry.kind) || (entry.kind === 'message.staged' && (entry.data as { readonly operation: string }).operation.startsWith('link.'))) continue;
      this.#line('journal', wordsOf(entry));
    }
  }

  #line(column: string, text: string): void {
    const seconds = ((this.#world.clock.monotonicMs() - this.#startMs) / 1000).toFixed(1).padStart(6, '0');
    this.#lines.push(`  +${seconds}  ${column.padEnd(8)}${text}`);
  }

  /** Compares with the file; `QOLMA_UPDATE_TRANSCRIPTS=1` writes it anew, to be reviewed like code. */
  expectAs(fileName: string): void {
    this.#catchUp();
    const text = `${this.#title}\n${this.#lines.join('\n')}\n`;
    const path = join(FOLDER, fileName);
    if (process.env['QOLMA_UPDATE_TRANSCRIPTS'] === '1') {
      mkdirSync(FOLDER, { recursive: true });
      writeFileSync(path, text);
    }
    expect(existsSync(path), `${fileName} is written with QOLMA_UPDATE_TRANSCRIPTS=1`).toBe(true);
    expect(text).toBe(readFileSync(path, 'utf8'));
  }
}

function figureOf(model: ScreenModel): string {
  switch (model.screen) {
    case 'cash-in':
      return ` ${tenge(model.data.insertedMinor)} ${model.data.noteState}${model.data.stoppedBy === null ? '' : ` (${model.data.stoppedBy})`}`;
    case 'otp':
      return ` ${model.data.state}${model.data.problem === null ? '' : ` ${model.data.problem}, ${model.data.triesLeft} more`}`;
    case 'result-success':
    case 'result-partial':
    case 'result-pending':
      return ` ${tenge(model.data.amountMinor)} № ${model.data.receiptNumber} ${model.data.reference}`;
    case 'result-refused':
      return ` ${model.data.refusal} kept ${tenge(model.data.keptMinor)} ${model.data.reference}`;
    case 'take-cash':
      return ` ${tenge(model.data.amountMinor)}`;
    case 'cash-in-leave':
      return ` ${tenge(model.data.insideMinor)}`;
    default:
      return '';
  }
}

function wordsOf(entry: JournalEntry): string {
  const fields = Object.entries(entry.data as Readonly<Record<string, unknown>>)
    .filter(([key]) => !/Id$|Ref$|sha256|digest|version|evidence|^lane$|^state$|^seq$/i.test(key))
    .map(([key, value]) => `${key} ${/Minor$/.test(key) && typeof value === 'number' ? tenge(value) : typeof value === 'object' ? JSON.stringify(value) : String(value)}`);
  return [entry.kind, ...fields].join(' · ');
}

function tenge(amountMinor: number): string {
  return `${(amountMinor / 100).toLocaleString('en-US').replaceAll(',', ' ')} ₸`;
}

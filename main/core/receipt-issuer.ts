import type { EntryDraft, Journal, MessageDraft, ReceiptDraft } from '../journal/journal.ts';
import type { EntryData } from '../journal/entry-kinds.ts';
import { entry } from '../journal/journal.ts';
import type { Printer } from '../../drivers/interfaces/printer.ts';
import type { Config } from '../contracts/config.ts';
import type { Language } from '../contracts/languages.ts';
import type { Clock } from '../foundation/clock.ts';
import type { Log } from '../foundation/log.ts';
import type { RefusalCode } from '../foundation/refusals.ts';
import { renderReceipt } from '../receipt/receipt-bitmap.ts';
import { receiptLines } from '../receipt/receipt-lines.ts';
import type { ReceiptRecord, ReceiptStatus } from '../receipt/receipt-record.ts';
import { assertReceiptAddsUp, receiptRecordSchema } from '../receipt/receipt-record.ts';
import { electronicReceipt, type ReceiptDestination } from './electronic-receipt.ts';
import type { HostGateway, HostScope } from './host/host-gateway.ts';
import { ReceiptHandover } from './receipt-handover.ts';

/** A printed receipt that nobody takes is taken back: it names a person and an amount. */
const TAKE_TIMEOUT_MS = 30_000;

/** What an operation knows of its receipt; the issuer adds terminal, numbers and day. */
export type ReceiptFacts = Omit<
  ReceiptRecord,
  'bankName' | 'bankBin' | 'terminalNumber' | 'terminalAddress' | 'receiptNumber' | 'reference' | 'businessDay' | 'currency' | 'helpNumber' | 'isDuplicate' | 'hostRef' | 'documentNumber' | 'providerRef'
>;

export interface IssuedReceipt {
  readonly record: ReceiptRecord;
  readonly draft: ReceiptDraft;
  readonly entry: EntryDraft;
}

/** Writes, prints and sends receipts. The record and its number are part of the transaction that accepts or completes the operation (T-2.6, Q-07). */
export class ReceiptIssuer {
  readonly #config: Config;
  readonly #journal: Journal;
  readonly #gateway: HostGateway;
  readonly #printer: Printer | null;
  readonly #handover: ReceiptHandover | null;
  readonly #log: Log;
  /** The one that is on the screen: each new picture of it asks again. */
  #current: ReceiptRecord | null = null;

  constructor(options: { readonly config: Config; readonly journal: Journal; readonly gateway: HostGateway; readonly printer: Printer | null; readonly clock: Clock; readonly log: Log }) {
    this.#config = options.config;
    this.#journal = options.journal;
    this.#gateway = options.gateway;
    this.#printer = options.printer;
    const presenter = options.printer?.presenter;
    this.#handover = presenter === undefined ? null : new ReceiptHandover({ presenter, clock: options.clock, takeTimeoutMs: TAKE_TIMEOUT_MS });
    this.#log = options.log;
    options.journal.onCommitted((entries) => {
      if (entries.some(({ kind }) => kind === 'receipt.recorded' || kind === 'receipt.statusChanged')) this.#current = null;
    });
  }

  get isPaperAvailable(): boolean {
    const state = this.#printer?.status().state;
    return state === 'ready' || state === 'busy';
  }

  get paperState(): 'available' | 'low' | 'unavailable' {
    if (!this.isPaperAvailable) return 'unavailable';
    return this.#printer?.isPaperLow === true ? 'low' : 'available';
  }

  /** Takes the next number; valid only within the commit that follows at once. */
  issue(facts: ReceiptFacts, operationId: string): IssuedReceipt {
    const { terminal } = this.#config;
    const record: ReceiptRecord = receiptRecordSchema.parse({
      ...facts,
      bankName: terminal.bankName,
      bankBin: terminal.bankBin,
      terminalNumber: terminal.number,
      terminalAddress: terminal.address,
      receiptNumber: this.#journal.peekReceiptNumber(),
      reference: this.#journal.peekReference(),
      businessDay: this.#gateway.businessDay,
      currency: 'KZT',
      helpNumber: terminal.helpNumber,
      isDuplicate: false,
      hostRef: null,
      documentNumber: null,
      providerRef: null,
    } satisfies ReceiptRecord);
    assertReceiptAddsUp(record);
    return {
      record,
      draft: {
        receiptNumber: record.receiptNumber,
        reference: record.reference,
        operationId,
        operation: facts.operation,
        recordJson: JSON.stringify(record),
        status: facts.status,
      },
      entry: entry('receipt.issued', { receiptNumber: record.receiptNumber, reference: record.reference, status: facts.status }),
    };
  }

  /** The electronic receipt, always sent, as a message for the same or a later commit. */
  electronicDraft(record: ReceiptRecord, destination: ReceiptDestination, scope: HostScope, position: number): MessageDraft {
    return this.#gateway.draft('receipt.send', electronicReceipt(record, destination), scope, position);
  }

  /** The record as it is known now: the immutable one with what the host answered since. */
  current(receiptNumber: string): ReceiptRecord | null {
    if (this.#current?.receiptNumber !== receiptNumber) this.#current = this.#read(receiptNumber);
    return this.#current;
  }

  #read(receiptNumber: string): ReceiptRecord | null {
    const kept = this.#journal.receipt(receiptNumber);
    if (kept === undefined) return null;
    const record = receiptRecordSchema.parse(JSON.parse(kept.receipt.recordJson));
    const last = kept.statuses.at(-1);
    if (last === undefined) return record;
    const [status, refusal] = last.status.split(' ');
    return { ...record, status: status as ReceiptStatus, refusal: (refusal as RefusalCode | undefined) ?? null, hostRef: last.hostRef, documentNumber: last.documentNumber, providerRef: last.providerRef };
  }

  /** Prints one receipt, in the language in which it stands on the screen. False: no paper in the customer's hand, the electronic one stands. Never holds up money. */
  async print(receiptNumber: string, language: Language, scope: { readonly sessionId: string | undefined; readonly operationId: string | undefined }): Promise<boolean> {
    const record = this.current(receiptNumber);
    const printer = this.#printer;
    if (record === null || printer === null) return false;
    const rendered = renderReceipt(receiptLines(record, language), { widthDots: printer.capabilities.widthDots });
    if (!rendered.ok) {
      // A letter that the paper font lacks, in a name from outside: no reason to stop a terminal. The electronic receipt stands.
      this.#log.error('ptr.receipt.unprintable', { receiptNumber });
      return false;
    }
    await this.#handover?.end();
    this.#commit([entry('intent.print', { receiptNumber }, scope)]);
    const outcome = await printer.print({ bitmap: rendered.value });
    const progress = outcome.kind === 'completed' ? outcome.value.progress : outcome.kind === 'uncertain' ? outcome.lastKnown.stage : 'notStarted';
    const code = outcome.kind === 'failed' ? (outcome.errorCode ?? null) : null;
    this.#commit([entry('outcome.print', { receiptNumber, outcome: outcome.kind, progress, code }, scope)]);
    if (outcome.kind === 'completed') {
      if (this.#handover === null) this.given(receiptNumber, 'paper');
      else void this.#handOver(this.#handover, receiptNumber, scope);
    }
    return outcome.kind === 'completed';
  }

  /** Held out by a presenter it is not yet in the customer's hand: taken counts as given, anything else is written down. Nobody waits for it. */
  async #handOver(handover: ReceiptHandover, receiptNumber: string, scope: { readonly sessionId: string | undefined; readonly operationId: string | undefined }): Promise<void> {
    const how = await handover.watch();
    if (how === 'taken') this.given(receiptNumber, 'paper');
    else this.#commit([entry('receipt.left', { receiptNumber, to: how }, scope)]);
  }

  /** The bank's obligation is proven by the first of the ways that count; later ones add nothing. */
  given(receiptNumber: string, by: EntryData<'receipt.given'>['by']): void {
    const operationId = this.#journal.receipt(receiptNumber)?.receipt.operationId;
    if (operationId === undefined) return;
    const entries = this.#journal.operationEntries(operationId);
    if (entries.some((one) => one.kind === 'receipt.given')) return;
    this.#commit([entry('receipt.given', { receiptNumber, by }, { operationId, sessionId: entries[0]?.sessionId })]);
  }

  #commit(entries: readonly EntryDraft[]): void {
    const committed = this.#journal.commit({ entries });
    if (!committed.ok) this.#log.error('jnl.receipt.unrecorded', { code: committed.error.code });
  }
}

import { z } from 'zod';
import type { ErrorCode } from '../../../main/foundation/error-catalogue.ts';
import type { DeviceOutcome } from '../../../main/foundation/outcome.ts';
import { isLuhnValid } from '../../checks/luhn.ts';
import type { CardData, CardPosition, CardReader, CardReaderCapabilities, CardReaderEvent } from '../../interfaces/card-reader.ts';
import { Pan } from '../../interfaces/card-reader.ts';
import type { Unsubscribe } from '../../interfaces/device.ts';
import type { Payload } from '../../xfs4iot/messages.ts';
import type { XfsEvent, XfsReply } from '../../xfs4iot/service-link.ts';
import type { XfsDeviceOptions } from '../../xfs4iot/xfs-device.ts';
import { XfsDevice } from '../../xfs4iot/xfs-device.ts';

const READ_PATIENCE_MS = 86_400_000;
const MOVE_PATIENCE_MS = 30_000;
const CAPABILITIES: CardReaderCapabilities = { motorised: true, capture: true, chip: false };

const statusSchema = z.looseObject({ cardReader: z.looseObject({ media: z.string().nullish() }).nullish() });
const storageSchema = z.looseObject({ storage: z.record(z.string(), z.looseObject({ card: z.looseObject({ capabilities: z.looseObject({ type: z.string().nullish() }).nullish(), status: z.looseObject({ replenishmentStatus: z.string().nullish() }).nullish() }).nullish() })) });
const trackSchema = z.looseObject({ track2: z.looseObject({ data: z.string().nullish() }).nullish() });

export function createXfsCardReader(options: XfsDeviceOptions): CardReader {
  return new XfsCardReader(options);
}

/** Motorised reader: track 2 by ReadRawData, Move to the exit or into the bin. Chips are not read through it. [xfs4iot §7] */
class XfsCardReader extends XfsDevice implements CardReader {
  readonly capabilities = CAPABILITIES;
  readonly #listeners = new Set<(event: CardReaderEvent) => void>();
  #position: CardPosition = 'none';
  #retainUnit: string | null = null;
  #isEntryEnabled = false;
  /** Ordered into the bin, and not heard of since: what is gone may lie there. */
  #mayBeCaptured = false;
  #reading: Promise<void> | null = null;

  constructor(options: XfsDeviceOptions) {
    super(options, { deviceClass: 'cardReader', protocol: 'xfs4iot-card-reader', interfaceNames: ['CardReader'], offlineCode: 'IDC_OFFLINE', failureCode: 'IDC_FAILURE', logArea: 'idc' });
  }

  onEvent(listener: (event: CardReaderEvent) => void): Unsubscribe {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  position(): CardPosition {
    return this.#position;
  }

  async enableEntry(): Promise<DeviceOutcome<void>> {
    return this.run<void>(async () => {
      // What lies there is the card of the customer before.
      if (this.#reading === null && this.#position === 'inside') return { kind: 'failed', completionCode: 'sequenceError', detail: 'a card is inside' };
      this.#isEntryEnabled = true;
      this.#reading ??= this.#read().finally(() => {
        this.#reading = null;
      });
      return { kind: 'completed', value: undefined };
    });
  }

  async disableEntry(): Promise<DeviceOutcome<void>> {
    return this.run<void>(async () => {
      this.#isEntryEnabled = false;
      await this.service.cancel('CardReader.ReadRawData');
      await this.#reading;
      return { kind: 'completed', value: undefined };
    });
  }

  async eject(): Promise<DeviceOutcome<void>> {
    return this.#move('exit', () => {
      if (this.#position === 'inside') this.#position = 'atGate';
    });
  }

  async capture(): Promise<DeviceOutcome<void>> {
    if (this.#retainUnit === null) return { kind: 'failed', completionCode: 'unsupportedCommand', detail: 'the reader has no bin' };
    return this.#move(this.#retainUnit, () => {
      this.#position = 'none';
      this.#tell({ kind: 'cardCaptured' });
    });
  }

  protected override async prepare(): Promise<boolean> {
    const told = await this.service.command('Storage.GetStorage');
    if (told.kind === 'silence') return false;
    const units = told.kind === 'done' ? Object.entries(storageSchema.safeParse(told.payload).data?.storage ?? {}) : [];
    this.#retainUnit = units.find(([, unit]) => unit.card?.capabilities?.type === 'retain')?.[0] ?? null;
    return true;
  }

  protected override faultsOf(payload: Payload): readonly ErrorCode[] {
    const media = statusSchema.safeParse(payload).data?.cardReader?.media;
    if (media === 'notPresent') this.#gone();
    else if (media === 'present' && this.#position === 'none') this.#position = 'inside';
    return media === 'jammed' ? ['IDC_JAMMED'] : [];
  }

  protected override hear({ name }: XfsEvent): void {
    if (name === 'CardReader.MediaInsertedEvent') {
      this.#mayBeCaptured = false;
      this.#position = 'inside';
      this.#tell({ kind: 'cardInserted' });
    } else if (name === 'CardReader.MediaRemovedEvent') {
      this.#mayBeCaptured = false;
      this.#gone();
    }
  }

  /** By its event, or by a status where the event was lost: told once. */
  #gone(): void {
    if (this.#position === 'none') return;
    this.#position = 'none';
    if (!this.#mayBeCaptured) this.#tell({ kind: 'cardTaken' });
  }

  protected override isEngaged(): boolean {
    return this.#position !== 'none';
  }

  protected override onDown(): void {
    this.#isEntryEnabled = false;
  }

  async #read(): Promise<void> {
    const reply = await this.service.command('CardReader.ReadRawData', { track2: true }, { patienceMs: READ_PATIENCE_MS });
    const wasEnabled = this.#isEntryEnabled;
    this.#isEntryEnabled = false;
    if (reply.kind === 'silence') return this.lineLost();
    if (reply.kind === 'failed' && (reply.completionCode === 'canceled' || reply.completionCode === 'timeOut')) return;
    const card = reply.kind === 'done' ? cardOf(reply) : null;
    if (card === null) this.record('IDC_UNREADABLE', 'no card number on the track');
    if (wasEnabled) this.#tell(card === null ? { kind: 'cardUnreadable' } : { kind: 'cardRead', card });
  }

  async #move(to: string, onDone: () => void): Promise<DeviceOutcome<void>> {
    return this.run<void>(async () => {
      this.#mayBeCaptured = to !== 'exit';
      const reply = await this.service.command('CardReader.Move', { from: 'transport', to }, { patienceMs: MOVE_PATIENCE_MS });
      if (reply.kind !== 'silence') this.#mayBeCaptured = false;
      if (reply.kind === 'done') {
        onDone();
        this.settle('move', { isEngaged: this.isEngaged() });
        return { kind: 'completed', value: undefined };
      }
      if (reply.kind === 'silence') {
        this.lineLost();
        return { kind: 'uncertain', completionCode: 'timeOut', lastKnown: { stage: 'moveUnanswered' } };
      }
      const code: ErrorCode | undefined = reply.kind !== 'failed' ? undefined : reply.errorCode === 'mediaJam' ? 'IDC_JAMMED' : reply.errorCode === 'full' ? 'IDC_BIN_FULL' : undefined;
      return this.failedBy(reply, code);
    });
  }

  #tell(event: CardReaderEvent): void {
    for (const listener of this.#listeners) listener(event);
  }
}

/** Base64 of ASCII without sentinels: `PAN=YYMMSVC…`. */
function cardOf(reply: Extract<XfsReply, { kind: 'done' }>): CardData | null {
  const text = Buffer.from(trackSchema.safeParse(reply.payload).data?.track2?.data ?? '', 'base64').toString('latin1');
  const track = /^;?(\d{12,19})=(\d{4})(\d{3})/.exec(text);
  return track === null || !isLuhnValid(track[1]!) ? null : { pan: new Pan(track[1]!), expiry: track[2]!, serviceCode: track[3]!, entry: 'magneticStripe' };
}

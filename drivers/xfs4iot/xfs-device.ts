import { z } from 'zod';
import type { Clock } from '../../main/foundation/clock.ts';
import type { ErrorCode } from '../../main/foundation/error-catalogue.ts';
import type { Log } from '../../main/foundation/log.ts';
import type { CompletionCode, DeviceOutcome } from '../../main/foundation/outcome.ts';
import type { DeviceClass } from '../interfaces/device.ts';
import type { Occasion } from '../life/line-device.ts';
import { LineDevice } from '../life/line-device.ts';
import type { Transport } from '../transport/transport.ts';
import type { Payload } from './messages.ts';
import type { XfsEvent, XfsReply } from './service-link.ts';
import { ServiceLink } from './service-link.ts';

/** Changes come as events; the question is for services that forget to tell. */
const POLL_INTERVAL_MS = 5_000;

export interface XfsDeviceOptions {
  readonly deviceId: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly url: string;
  readonly connect: (url: string) => Transport;
}

export interface XfsKind {
  readonly deviceClass: DeviceClass;
  readonly protocol: string;
  /** PascalCase; one service has them all. */
  readonly interfaceNames: readonly string[];
  readonly offlineCode: ErrorCode;
  readonly failureCode: ErrorCode;
  /** Shown while its units are open for people; absent: it has none. */
  readonly exchangeCode?: ErrorCode;
  readonly logArea: string;
  /** While it does not answer, why. */
  readonly tellsLineFault?: boolean;
}

const statusSchema = z.looseObject({ common: z.looseObject({ device: z.string().nullish(), exchange: z.string().nullish() }).nullish() });

/** A device behind an XFS4IoT service of any vendor: connection, identity, status. What the class adds is its verbs. */
export abstract class XfsDevice extends LineDevice {
  protected readonly service: ServiceLink;
  readonly #kind: XfsKind;
  #isLookAhead = false;

  protected constructor(options: XfsDeviceOptions, kind: XfsKind) {
    const service = new ServiceLink({ ...options, interfaceNames: kind.interfaceNames });
    super({ ...options, ...kind, link: service, pollIntervalMs: POLL_INTERVAL_MS });
    this.service = service;
    this.#kind = kind;
    service.onEvent((event) => {
      if (event.name === 'Common.StatusChangedEvent') this.#lookSoon();
      this.hear(event);
    });
  }

  /** After each connection, before it is ready: reads what it needs. Nothing moves but what a `reset()` of a person asks for. @returns false when the service does not answer */
  protected abstract prepare(occasion: Occasion): Promise<boolean>;
  /** Faults of the class in a status. @param status  payload of Common.Status */
  protected abstract faultsOf(status: Payload): readonly ErrorCode[];
  /** Any event, tied to a command or not. */
  protected hear(event: XfsEvent): void {
    void event;
  }
  protected isEngaged(): boolean {
    return false;
  }

  protected override async bringUp(occasion: Occasion): Promise<boolean> {
    const information = this.service.capabilities?.common?.deviceInformation?.[0];
    const firmware = information?.firmware?.[0];
    this.identified({
      model: information?.modelName ?? this.#kind.protocol,
      ...(information?.serialNumber ? { serialNumber: information.serialNumber } : {}),
      ...(firmware?.firmwareVersion ? { firmware: [firmware.firmwareName, firmware.firmwareVersion].filter(Boolean).join(' ') } : {}),
    });
    if (!(await this.prepare(occasion)) || !(await this.look())) return false;
    this.becomeReady('status', { isEngaged: this.isEngaged() });
    return true;
  }

  protected override async poll(): Promise<boolean> {
    if (!(await this.look())) return false;
    this.settle('status', { isEngaged: this.isEngaged() });
    return true;
  }

  /** What a reply that is no success means where nothing can have moved. */
  protected failedBy(reply: Exclude<XfsReply, { kind: 'done' }>, errorCode?: ErrorCode): DeviceOutcome<never> {
    if (reply.kind === 'silence') this.lineLost();
    const completionCode = reply.kind === 'failed' ? completionCodeOf(reply.completionCode) : 'deviceNotReady';
    const detail = reply.kind === 'failed' ? [reply.completionCode, reply.errorCode].filter(Boolean).join(' ') : reply.kind;
    return { kind: 'failed', completionCode, detail, ...(errorCode === undefined ? {} : { errorCode }) };
  }

  /** What Common.Status shows now. @returns false: not answered */
  protected async look(): Promise<boolean> {
    const reply = await this.service.command('Common.Status');
    if (reply.kind !== 'done') return false;
    const told = statusSchema.safeParse(reply.payload).data?.common;
    const device = told?.device;
    const { offlineCode, failureCode, exchangeCode } = this.#kind;
    const common = device === 'offline' || device === 'powerOff' || device === 'noDevice' ? [offlineCode] : device === 'hardwareError' || device === 'userError' || device === 'fraudAttempt' ? [failureCode] : [];
    const exchange = told?.exchange === 'active' && exchangeCode !== undefined ? [exchangeCode] : [];
    this.see([...common, ...exchange, ...this.faultsOf(reply.payload)]);
    return true;
  }

  /** Many changes at once are looked at once. */
  #lookSoon(): void {
    if (this.#isLookAhead) return;
    this.#isLookAhead = true;
    void this.run<void>(async () => {
      this.#isLookAhead = false;
      await this.poll();
      return { kind: 'completed', value: undefined };
    }).then(() => {
      this.#isLookAhead = false;
    });
  }
}

const OURS: readonly string[] = ['commandErrorCode', 'canceled', 'timeOut', 'deviceNotReady', 'hardwareError', 'userError', 'fraudAttempt', 'sequenceError', 'invalidData'] satisfies readonly CompletionCode[];

function completionCodeOf(code: string): CompletionCode {
  return OURS.includes(code) ? (code as CompletionCode) : code === 'unsupportedCommand' || code === 'unsupportedData' ? 'unsupportedCommand' : 'commandErrorCode';
}

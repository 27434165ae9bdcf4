import { z } from 'zod';
import { ok, type Result } from '../../../main/foundation/outcome.ts';
import { SimulatedDevice } from '../../parts/simulated-device.ts';
import type { ControlError, CreateSimulator, Json, SimulatorEnvironment } from '../../simulator.ts';
import { sealFor } from './seal.ts';

export interface CaptureServiceSimulatorOptions {
  readonly modalities?: readonly ('palmVein' | 'face')[];
  readonly checksLiveness?: boolean;
}

const ANSWER_MS = 5;
const CAPTURE_MS = 700;
const SAMPLE_BYTES = 600;
const QUALITY_MIN = 20;

const FAULTS = {
  silence: { at: ['hello', 'ping', 'capture', 'result'], label: 'The service says nothing' },
  badJson: { at: ['result', 'ping'], label: 'A message that is not JSON' },
  clearSample: { at: ['result'], label: 'The sample is sent in clear beside the sealed one' },
  notSealed: { at: ['result'], label: 'The sample is sent in clear instead of the sealed one' },
  otherCapture: { at: ['result'], label: 'The answer of an older capture comes first' },
  late: { at: ['result'], label: 'The answer comes a minute late' },
  crash: { at: ['capture', 'result'], label: 'The service dies' },
  sensorLost: { at: ['capture'], label: 'The sensor is gone' },
  otherVersion: { at: ['hello'], label: 'The service speaks version 2' },
} as const;
const LATE_MS = 60_000;

const HANDS = z.discriminatedUnion('do', [
  /** A person before the sensor, until `leave`. */
  z.strictObject({ do: z.literal('present'), modality: z.enum(['palmVein', 'face']).default('palmVein'), qualityPercent: z.number().int().min(0).max(100).default(80), isLive: z.boolean().default(true) }),
  z.strictObject({ do: z.literal('leave') }),
  z.strictObject({ do: z.literal('soilSensor') }),
  z.strictObject({ do: z.literal('cleanSensor') }),
]);
type Hand = z.infer<typeof HANDS>;

const hostMessage = z.discriminatedUnion('type', [
  z.object({ type: z.literal('hello') }),
  z.object({ type: z.literal('ping'), id: z.number() }),
  z.object({ type: z.literal('capture'), captureId: z.string(), modality: z.string(), recipient: z.record(z.string(), z.string()), challenge: z.string(), timeoutMs: z.number() }),
  z.object({ type: z.literal('cancel'), captureId: z.string() }),
]);
type Capture = Extract<z.infer<typeof hostMessage>, { type: 'capture' }>;

/** A capture service with a person before it or not, written from the page of its protocol. */
export const createCaptureServiceSimulator: CreateSimulator<CaptureServiceSimulatorOptions> = (environment, options) => new CaptureServiceSimulator(environment, options);

class CaptureServiceSimulator extends SimulatedDevice<typeof FAULTS, Hand> {
  readonly #options: CaptureServiceSimulatorOptions;
  #person: Extract<Hand, { do: 'present' }> | null = null;
  #isSoiled = false;
  #capture: Capture | null = null;
  #isWorking = false;
  #capturedCount = 0;
  /** A digest of what was captured last is the only thing that is kept: for tests, to know it again after it was opened. */
  #lastSampleHead: string | null = null;

  constructor(environment: SimulatorEnvironment, options: CaptureServiceSimulatorOptions) {
    super({ protocol: 'capture-service', environment, faults: FAULTS, hands: HANDS });
    this.#options = options;
  }

  protected override describe(): { readonly [key: string]: Json } {
    return { isPersonThere: this.#person !== null, isSoiled: this.#isSoiled, isCapturing: this.#capture !== null, capturedCount: this.#capturedCount, lastSampleHead: this.#lastSampleHead };
  }

  protected override act(hand: Hand): Result<Json, ControlError> {
    if (hand.do === 'present') this.#person = hand;
    else if (hand.do === 'leave') this.#person = null;
    else this.#isSoiled = hand.do === 'soilSensor';
    this.tell(hand.do, {});
    this.#look();
    return ok(null);
  }

  protected override hear(chunk: Uint8Array): void {
    const message = hostMessage.safeParse(jsonOf(chunk));
    if (!message.success) return;
    const { data } = message;
    if (data.type === 'hello') this.after(ANSWER_MS, () => this.#hello());
    else if (data.type === 'ping') this.after(ANSWER_MS, () => this.#pong(data.id));
    else if (data.type === 'capture') this.#begin(data);
    else if (data.captureId === this.#capture?.captureId) this.#fail('canceled');
  }

  protected override onPowerOff(): void {
    this.#capture = null;
    this.#isWorking = false;
  }

  #say(message: object): void {
    this.write(Buffer.from(JSON.stringify(message), 'utf8'));
  }

  #hello(): void {
    // A new client: what was under way for another is forgotten.
    this.#capture = null;
    if (this.struck('silence', 'hello')) return;
    const protocol = this.struck('otherVersion', 'hello') ? 2 : 1;
    this.#say({ type: 'ready', protocol, model: 'Simulated palm and face', firmware: '1.4', serialNumber: 'SIM-BIO-0427', modalities: this.#options.modalities ?? ['palmVein', 'face'] });
  }

  #pong(id: number): void {
    if (this.struck('silence', 'ping')) return;
    if (this.struck('badJson', 'ping')) this.write(Buffer.from('{"type":'));
    this.#say({ type: 'pong', id, sensor: this.#isSoiled ? 'dirty' : 'ok' });
  }

  #begin(capture: Capture): void {
    if (this.struck('silence', 'capture')) return;
    if (this.struck('crash', 'capture')) return this.#crash();
    if (this.#capture !== null) return this.#say({ type: 'failed', captureId: capture.captureId, reason: 'busy' });
    this.#capture = capture;
    if (this.struck('sensorLost', 'capture')) return this.#fail('sensor');
    this.#say({ type: 'hint', captureId: capture.captureId, hint: 'present' });
    this.afterProtocolMs(capture.timeoutMs, () => {
      if (this.#capture === capture) this.#fail('timeOut');
    });
    this.#look();
  }

  #look(): void {
    const [capture, person] = [this.#capture, this.#person];
    if (capture === null || person === null || person.modality !== capture.modality || this.#isWorking || !this.isAlive) return;
    this.#isWorking = true;
    this.#say({ type: 'hint', captureId: capture.captureId, hint: 'holdStill' });
    this.after(CAPTURE_MS, () => {
      this.#isWorking = false;
      if (this.#capture !== capture || this.#person !== person) return;
      if (!person.isLive && this.#options.checksLiveness !== false) this.#fail('notLive');
      else if (person.qualityPercent < QUALITY_MIN) this.#fail('lowQuality');
      else this.#hand(capture, person);
    });
  }

  #hand(capture: Capture, person: Extract<Hand, { do: 'present' }>): void {
    this.#capture = null;
    const sample = Buffer.from(this.environment.random.bytes(SAMPLE_BYTES)).toString('base64');
    const format = person.modality === 'palmVein' ? 'ISO/IEC 19794-9' : 'ISO/IEC 19794-5';
    const { captureId, challenge, modality } = capture;
    let sealedSample: string;
    try {
      sealedSample = sealFor(capture.recipient, Buffer.from(JSON.stringify({ captureId, challenge, modality, format, sample })), this.environment.random.bytes(12));
    } catch {
      return this.#say({ type: 'failed', captureId, reason: 'badKey' });
    }
    this.#capturedCount++;
    this.#lastSampleHead = sample.slice(0, 16);
    this.tell('captured', { modality: person.modality });
    const message = { type: 'captured', captureId, sealedSample, format, qualityPercent: person.qualityPercent, liveness: this.#options.checksLiveness === false ? 'notChecked' : 'live' };
    this.#sendResult(message, sample);
  }

  #sendResult(message: { readonly captureId: string; readonly [key: string]: Json }, sample: string): void {
    if (this.struck('silence', 'result')) return;
    if (this.struck('crash', 'result')) return this.#crash();
    if (this.struck('badJson', 'result')) return this.write(Buffer.from(JSON.stringify(message).slice(0, -9)));
    if (this.struck('clearSample', 'result')) return this.#say({ ...message, sample });
    if (this.struck('notSealed', 'result')) return this.#say({ ...message, sealedSample: sample });
    if (this.struck('otherCapture', 'result')) this.#say({ ...message, captureId: 'c0' });
    if (this.struck('late', 'result')) this.afterProtocolMs(LATE_MS, () => this.#say(message));
    else this.#say(message);
  }

  #fail(reason: string): void {
    const captureId = this.#capture!.captureId;
    this.#capture = null;
    this.#say({ type: 'failed', captureId, reason });
  }

  /** The process dies and is started again. */
  #crash(): void {
    this.#capture = null;
    this.#isWorking = false;
    this.unplug();
    this.afterProtocolMs(1_000, () => this.plug());
  }
}

function jsonOf(chunk: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(chunk).toString('utf8'));
  } catch {
    return null;
  }
}

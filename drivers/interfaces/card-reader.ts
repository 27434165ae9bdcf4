import type { DeviceOutcome } from '../../main/foundation/outcome.ts';
import type { Device, Unsubscribe } from './device.ts';

/** A card number. Prints itself masked (first 6, last 4 [requirements part B]) wherever it may slip. */
export class Pan {
  readonly #digits: string;
  constructor(digits: string) {
    this.#digits = digits;
  }
  /** The clear digits, for the encrypted field of a message only. */
  reveal(): string {
    return this.#digits;
  }
  masked(): string {
    return `${this.#digits.slice(0, 6)}${'•'.repeat(Math.max(0, this.#digits.length - 10))}${this.#digits.slice(-4)}`;
  }
  toString(): string {
    return this.masked();
  }
  toJSON(): string {
    return this.masked();
  }
}

export interface CardData {
  readonly pan: Pan;
  /** YYMM as on the track. */
  readonly expiry: string;
  readonly serviceCode: string;
  readonly entry: 'magneticStripe' | 'chip';
}

export type CardPosition = 'none' | 'atGate' | 'inside';

export type CardReaderEvent =
  | { readonly kind: 'cardInserted' }
  | { readonly kind: 'cardRead'; readonly card: CardData }
  | { readonly kind: 'cardUnreadable' }
  | { readonly kind: 'cardTaken' }
  | { readonly kind: 'cardCaptured' };

export interface CardReaderCapabilities {
  readonly motorised: boolean;
  readonly capture: boolean;
  readonly chip: boolean;
}

export interface CardReader extends Device {
  readonly capabilities: CardReaderCapabilities;
  onEvent(listener: (event: CardReaderEvent) => void): Unsubscribe;
  position(): CardPosition;
  /** Lets a card in (motorised) or takes swipes for good (swipe reader). failed sequenceError while a motorised reader holds one inside: that is the customer's before. */
  enableEntry(): Promise<DeviceOutcome<void>>;
  disableEntry(): Promise<DeviceOutcome<void>>;
  /** failed unsupportedCommand on a swipe reader. */
  eject(): Promise<DeviceOutcome<void>>;
  capture(): Promise<DeviceOutcome<void>>;
}

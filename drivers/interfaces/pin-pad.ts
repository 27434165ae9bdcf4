import type { DeviceOutcome } from '../../main/foundation/outcome.ts';
import type { Pan } from './card-reader.ts';
import type { Device, Unsubscribe } from './device.ts';

/**
 * XFS4IoT Keyboard, PinPad and KeyManagement, as an encrypting pad offers them. The digits of a PIN and the clear keys exist inside the pad only:
 * what comes out is that a key was pressed, and the enciphered block.
 */

/** KeyManagement status `encryptionState`. */
export type EncryptionState = 'ready' | 'notInitialised' | 'notReady' | 'unknown';

/** XFS4IoT names; ISO 9564-1 formats 0, 1, 3 and 4. */
export const PIN_FORMATS = ['iso0', 'iso1', 'iso3', 'iso4'] as const;
export type PinFormat = (typeof PIN_FORMATS)[number];

export interface PinPadCapabilities {
  readonly pinLengthMin: number;
  readonly pinLengthMax: number;
  readonly iso0: boolean;
  readonly iso1: boolean;
  readonly iso3: boolean;
  readonly iso4: boolean;
  /** A key changes with every PIN (DUKPT): a block comes with its key serial number. */
  readonly dukpt: boolean;
  /** Keys come as TR-31 blocks. */
  readonly keyBlocks: boolean;
}

/** Which key, never which digit. No time is told with it. */
export type PinPadEvent =
  /** The pad takes keys from now on: the screen may ask. XFS4IoT Keyboard.EnterDataEvent. */
  | { readonly kind: 'entryReady' }
  | { readonly kind: 'keyPressed'; readonly key: 'digit' | 'clear' | 'enter' | 'cancel' }
  /** The pad opened its own keys to nobody: they are gone (tamper switch, battery), or were never there. */
  | { readonly kind: 'keysMissing' };

export interface PinEntryRequest {
  /** As read from chip or track, never typed. */
  readonly pan: Pan;
  readonly format: PinFormat;
  /** Name of the key in the pad, as configured. */
  readonly keyName: string;
  readonly lengthMin: number;
  readonly lengthMax: number;
  readonly timeoutMs: number;
}

export interface PinEntry {
  readonly completion: 'enter' | 'cancel' | 'timeOut';
  /** Masked keys counted by the driver, for the screen; the pad's own count decides. */
  readonly digitCount: number;
}

export interface PinBlock {
  readonly format: PinFormat;
  readonly keyName: string;
  /** Enciphered: 8 bytes, 16 for `iso4`. */
  readonly block: Uint8Array;
  /** DUKPT: 10 bytes (TDES) or 12 (AES). null with a fixed key. */
  readonly keySerialNumber: Uint8Array | null;
}

/** KeyManagement.ImportKey: always a cryptogram. A clear key is never taken. */
export type KeyImport =
  | { readonly kind: 'underKey'; readonly keyName: string; readonly underKeyName: string; readonly use: 'master' | 'pin' | 'mac' | 'data'; readonly cryptogram: Uint8Array }
  /** @see TR-31 / X9.143; `keySerialNumber` for an initial DUKPT key. */
  | { readonly kind: 'keyBlock'; readonly keyName: string; readonly keyBlock: string; readonly keySerialNumber?: Uint8Array };

export interface PinPad extends Device {
  readonly capabilities: PinPadCapabilities;
  encryptionState(): EncryptionState;
  onEvent(listener: (event: PinPadEvent) => void): Unsubscribe;
  /**
   * Takes one PIN at the pad. Completed with how it ended; after `enter` the pad holds it until `pinBlock`, the next entry or a loss of power.
   * failed: nothing is held. An entry never outlives the call.
   */
  enterPin(request: PinEntryRequest): Promise<DeviceOutcome<PinEntry>>;
  /** Ends a running entry as `cancel`. */
  cancelEntry(): void;
  /**
   * The block of the PIN just entered, once. uncertain: asked for and not answered; the pad may have used it (and a DUKPT key with it), so the PIN is asked
   * again and that block is never used. @error failed sequenceError: no PIN is held
   */
  pinBlock(): Promise<DeviceOutcome<PinBlock>>;
  /** Completed with the check value, for people to compare. */
  importKey(request: KeyImport): Promise<DeviceOutcome<{ readonly checkValue: Uint8Array }>>;
}

import { z } from 'zod';
import type { BiometricModality, CaptureHint, CaptureRequest } from '../../interfaces/biometric.ts';
import type { Payload } from '../../xfs4iot/messages.ts';

/** Payloads of the interface Biometric, with our addition for samples that are sealed for the host. [xfs4iot §11, README "Sealed samples"] */

/** Of the addition. */
export const SEAL_VERSION = 1;

const capabilitiesSchema = z.looseObject({
  biometric: z
    .looseObject({
      type: z.record(z.string(), z.unknown()).nullish(),
      dataFormats: z.record(z.string(), z.unknown()).nullish(),
      /** Ours. */
      sealedSamples: z.looseObject({ version: z.number() }).nullish(),
    })
    .nullish(),
});

/** Names of `biometric.type`. */
const TYPES: Readonly<Record<BiometricModality, string>> = { palmVein: 'palmVein', face: 'facialFeatures' };

export interface ReaderAbilities {
  readonly palmVein: boolean;
  readonly face: boolean;
  /** It seals what it reads, in this format. */
  readonly seals: boolean;
}

export const NO_READER: ReaderAbilities = { palmVein: false, face: false, seals: false };

/** @param capabilities  payload of Common.Capabilities @param format  vendor's format that holds the seal */
export function readerAbilitiesOf(capabilities: unknown, format: string): ReaderAbilities {
  const told = capabilitiesSchema.safeParse(capabilities).data?.biometric;
  const has = (modality: BiometricModality) => told?.type?.[TYPES[modality]] === true;
  return { palmVein: has('palmVein'), face: has('face'), seals: told?.sealedSamples?.version === SEAL_VERSION && told.dataFormats?.[format] === true };
}

/** One scan, not for a match here: matching is the host's. */
export function readPayload({ modality, recipient, challenge }: CaptureRequest, format: string): Payload {
  return { dataTypes: [{ format }], numCaptures: 0, mode: 'scan', seal: { version: SEAL_VERSION, modality, recipient: { ...recipient }, challenge } };
}

/** Strict where a sample could stand in clear: one piece of data, nothing beside it. */
const readSchema = z.looseObject({
  dataRead: z.array(z.strictObject({ type: z.looseObject({ format: z.string() }), data: z.base64().max(256 * 1024) })).length(1),
  seal: z.strictObject({ format: z.string().max(80), qualityPercent: z.number().int().min(0).max(100), liveness: z.enum(['live', 'notChecked']) }),
});

export interface ReadSample {
  /** As text, whatever it is. */
  readonly data: string;
  readonly format: string;
  readonly qualityPercent: number;
  readonly liveness: 'live' | 'notChecked';
}

/** @returns null: not what was asked for; nothing of it is looked at */
export function readSampleOf(payload: Payload, format: string): ReadSample | null {
  const parsed = readSchema.safeParse(payload);
  if (!parsed.success || parsed.data.dataRead[0]!.type.format !== format) return null;
  return { data: Buffer.from(parsed.data.dataRead[0]!.data, 'base64').toString('latin1'), ...parsed.data.seal };
}

/** In the same order as the person meets them. */
export const HINTS: Readonly<Record<string, CaptureHint>> = { 'Biometric.PresentSubjectEvent': 'present', 'Biometric.SubjectDetectedEvent': 'holdStill', 'Biometric.RemoveSubjectEvent': 'remove' };

import { askLink, toldText } from '../life/ask-link.ts';
import type { SerialProbe } from '../interfaces/probe.ts';
import { lineSettings } from '../interfaces/probe.ts';
import { decodeIdentification, encodeCommand, isNoteEnd } from './codec.ts';
import { CcnetLink } from './link.ts';

/** [ccnet §2] */
const BILL_TO_BILL = 1;
const VALIDATOR = 3;
const REPLY_MS = 600;

/** IDENTIFICATION (37): answered in every state; what the device has to tell of a note it goes on telling. [ccnet §5] */
const probeAt = (address: number): SerialProbe => ({
  kind: 'serial', settings: [lineSettings(9600, '8N1'), lineSettings(19_200, '8N1')], isChecked: true,
  identify: ({ transport, clock, log }) => askLink(new CcnetLink({ transport, clock, log, address }), async (link) => {
    const reply = await link.request({ body: encodeCommand({ command: 'identification' }), expects: 'data', timeoutMs: REPLY_MS, attemptCountMax: 2, withholdsAcknowledgement: isNoteEnd });
    const told = reply.kind === 'data' ? decodeIdentification(reply.body) : null;
    return told === null ? null : { model: toldText(told.partNumber), firmware: toldText(told.partNumber), serialNumber: toldText(told.serialNumber) };
  }),
});

export const CCNET_PROBE: SerialProbe = probeAt(VALIDATOR);
export const BILL_TO_BILL_PROBE: SerialProbe = probeAt(BILL_TO_BILL);

import type { Journal } from '../../../main/journal/journal.ts';
import type { Finding } from './findings.ts';

const WAITING_STATES = ['staged', 'ready', 'sending', 'awaiting', 'inProcess', 'unknown'] as const;

/** With the bank there again nothing waits for it, and nothing stays parked that a technician has sent once more. */
export function checkQueue(journal: Journal): readonly Finding[] {
  const waiting = journal.messages({ states: WAITING_STATES, limit: 500 }).filter((message) => message.lane !== 'online');
  const parked = journal.messages({ states: ['parked'], limit: 500 });
  return [
    ...waiting.map((message): Finding => ({ rule: 'queue', detail: `${message.operation} ${message.messageId} is still ${message.state}: ${message.lastError ?? 'no reason'}` })),
    ...parked.map((message): Finding => ({ rule: 'queue', detail: `${message.operation} ${message.messageId} stays parked: ${message.lastError ?? 'no reason'}` })),
  ];
}

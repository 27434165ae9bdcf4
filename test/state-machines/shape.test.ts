import { describe, expect, it } from 'vitest';
import type { AnyStateMachine } from 'xstate';
import { MACHINES } from '../../state-machines/diagrams/machines.ts';
import { stateNodes } from '../support/machine-paths.ts';

/** States that a sensor, a clock or another part ends; each says here what. */
const WAITS_OTHERWISE: Readonly<Record<string, string>> = {
  'terminal.idle': 'attract waits for anybody, for ever',
  'terminal.outOfService': 'until something is offered again',
  'terminal.afterService': 'until the key is turned',
  'terminal.serving': 'the session ends by its own presence watch',
  'session.active.flow.over': 'raises the end of the session as it is entered',
  'terminal.maintaining': 'service ends by inactivity',
};

describe.each(MACHINES)('$id', ({ machine }: { readonly machine: AnyStateMachine }) => {
  const nodes = stateNodes(machine);

  it('gives every invoked actor a way on when it breaks', () => {
    const without = nodes.flatMap((node) => node.invoke.filter((invoked) => node.transitions.get(`xstate.error.actor.${invoked.id}`) === undefined).map((invoked) => `${node.id} → ${invoked.src}`));
    expect(without).toEqual([]);
  });

  it('lets nobody wait for a person without a way out when he leaves, or by time', () => {
    const stuck = nodes
      .filter((node) => node.type === 'atomic' && node.invoke.length === 0 && node.always === undefined)
      .filter((node) => WAITS_OTHERWISE[node.id] === undefined && !node.id.startsWith('session.active.presence') && !node.id.startsWith('session.active.cap'))
      .filter((node) => !lineage(node).some((one) => one.transitions.get('customer.left') !== undefined || one.after.length > 0))
      .map((node) => node.id);
    expect(stuck).toEqual([]);
  });

  it('says where the customer’s leaving leads from each state that waits for him', () => {
    const persons = nodes.filter((node) => node.tags.some((tag) => tag.startsWith('person')));
    const deaf = persons.filter((node) => !lineage(node).some((one) => one.transitions.get('customer.left') !== undefined)).map((node) => node.id);
    expect(deaf).toEqual([]);
  });

  it('reaches every final state from somewhere', () => {
    const targets = new Set(nodes.flatMap((node) => [...node.transitions.values()].flat().flatMap((transition) => transition.target ?? []).map((target) => target.id)));
    const always = new Set(nodes.flatMap((node) => (node.always ?? []).flatMap((transition) => transition.target ?? []).map((target) => target.id)));
    const unreached = nodes.filter((node) => node.type === 'final' && !targets.has(node.id) && !always.has(node.id)).map((node) => node.id);
    expect(unreached).toEqual([]);
  });

  it('names every guard and action, so that the diagram can', () => {
    const nameless = nodes.flatMap((node) => [...node.transitions.values(), node.always ?? []].flat().filter((transition) => typeof transition.guard === 'function' || transition.actions.some((action) => typeof action === 'function' && (action as { readonly type?: string }).type !== 'xstate.raise')).map(() => node.id));
    expect(nameless).toEqual([]);
  });
});

function lineage(node: AnyStateMachine['root']): readonly AnyStateMachine['root'][] {
  return node.parent === undefined ? [node] : [node, ...lineage(node.parent)];
}

import { fromPromise } from 'xstate';
import type { AnyStateMachine, AnyStateNode, EventFromLogic, InputFrom, SnapshotFrom } from 'xstate';
import { getShortestPaths } from 'xstate/graph';

/** Every state node of a machine, depth first. */
export function stateNodes(machine: AnyStateMachine): readonly AnyStateNode[] {
  const walk = (node: AnyStateNode): AnyStateNode[] => [node, ...Object.values(node.states).flatMap(walk)];
  return walk(machine.root);
}

/** Actors that never answer: a path is walked by hand with the events that their answers would be. */
export function silenced<Machine extends AnyStateMachine>(machine: Machine, names: readonly string[]): Machine {
  return machine.provide({ actors: Object.fromEntries(names.map((name) => [name, fromPromise(() => new Promise(() => {}))])) } as never) as Machine;
}

/** The answer of an invoked actor, as the machine sees it. */
export function answerOf(machine: AnyStateMachine, src: string, output: unknown): { readonly type: string } {
  return { type: `xstate.done.actor.${invokeId(machine, src)}`, output } as { readonly type: string };
}

export function failureOf(machine: AnyStateMachine, src: string): { readonly type: string } {
  return { type: `xstate.error.actor.${invokeId(machine, src)}`, error: new Error('broken (test)') } as { readonly type: string };
}

/** One answer for each state that invokes the actor. */
export function answersOf(machine: AnyStateMachine, src: string, output: unknown): readonly { readonly type: string }[] {
  const ids = stateNodes(machine).flatMap((node) => node.invoke.filter((invoked) => invoked.src === src).map((invoked) => invoked.id));
  return ids.map((id) => ({ type: `xstate.done.actor.${id}`, output }));
}

function invokeId(machine: AnyStateMachine, src: string): string {
  for (const node of stateNodes(machine)) for (const invoked of node.invoke) if (invoked.src === src) return invoked.id;
  throw new Error(`${machine.id} invokes no ${src}`);
}

/**
 * Shortest paths to every state that the events can bring about; states that differ only in their context count as one unless `keyOf` says otherwise.
 */
export function pathsOf<Machine extends AnyStateMachine>(machine: Machine, options: { readonly input?: InputFrom<Machine>; readonly events: readonly { readonly type: string }[]; readonly keyOf?: (snapshot: SnapshotFrom<Machine>) => string; readonly limit?: number }) {
  return getShortestPaths(machine, {
    ...(options.input === undefined ? {} : { input: options.input }),
    events: options.events as unknown as EventFromLogic<Machine>[],
    serializeState: (snapshot: SnapshotFrom<Machine>) => `${JSON.stringify((snapshot as { value: unknown }).value)} ${options.keyOf?.(snapshot) ?? ''}`,
    limit: options.limit ?? 20_000,
  } as never) as unknown as readonly { readonly state: SnapshotFrom<Machine>; readonly steps: readonly { readonly event: { readonly type: string } }[] }[];
}

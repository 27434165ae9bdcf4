import type { AnyStateMachine, AnyStateNode, AnyTransitionDefinition } from 'xstate';

/** A machine as the text of a Mermaid state diagram, in the order of its own definition: the same machine gives the same bytes. */
export function toMermaid(machine: AnyStateMachine): string {
  const lines = ['stateDiagram-v2', ...inside(machine.root, 1), ...edgesOf(machine.root, 1)];
  return `${lines.join('\n')}\n`;
}

/** The page beside the machine. */
export function toPage(machine: AnyStateMachine): string {
  return `# ${machine.id}\n\nMade by \`npm run machines\` from the machine beside it; do not edit. \`[guard]\`, \`/ action\`; italics in a state name the actor that it waits for.\n\n\`\`\`mermaid\n${toMermaid(machine)}\`\`\`\n`;
}

const INDENT = '  ';

function inside(node: AnyStateNode, depth: number): string[] {
  const pad = INDENT.repeat(depth);
  const initial = node.type === 'compound' ? node.initial.target[0] : undefined;
  const children = Object.values(node.states);
  const parts = children.map((child) => stateOf(child, depth));
  const isParallel = node.type === 'parallel';
  return [...(initial === undefined ? [] : [`${pad}[*] --> ${nameOf(initial)}`]), ...parts.flatMap((lines, index) => (isParallel && index > 0 ? [`${pad}--`, ...lines] : lines))];
}

function stateOf(node: AnyStateNode, depth: number): string[] {
  const pad = INDENT.repeat(depth);
  const label = [node.key, ...node.invoke.map((invoked) => `<i>${String(invoked.src)}</i>`)].join('<br/>');
  const own = [`${pad}state "${label}" as ${nameOf(node)}`, ...edgesOf(node, depth), ...(node.type === 'final' ? [`${pad}${nameOf(node)} --> [*]`] : [])];
  if (Object.keys(node.states).length === 0) return own;
  return [...own.slice(0, 1), `${pad}state ${nameOf(node)} {`, ...inside(node, depth + 1), `${pad}}`, ...own.slice(1)];
}

function edgesOf(node: AnyStateNode, depth: number): string[] {
  const pad = INDENT.repeat(depth);
  const transitions = [...[...node.transitions.values()].flat(), ...(node.always ?? [])];
  return transitions.map((transition) => {
    const target = transition.target?.[0] ?? node;
    return `${pad}${nameOf(node)} --> ${nameOf(target)}: ${labelOf(transition)}`;
  });
}

function labelOf(transition: AnyTransitionDefinition): string {
  const guard = nameOfPart(transition.guard);
  const actions = transition.actions.map(nameOfPart).filter((name) => name !== null);
  return [
    eventOf(transition.eventType),
    ...(guard === null ? [] : [`[${guard}]`]),
    ...(actions.length === 0 ? [] : [`/ ${actions.join(', ')}`]),
  ].filter((part) => part !== '').join(' ');
}

/** XState's own event names, as a reader would say them. */
function eventOf(eventType: string): string {
  const after = /^xstate\.after\.(.+?)\.[^.]+(\..+)?$/.exec(eventType);
  if (after !== null) return `after ${after[1]}`;
  if (eventType.startsWith('xstate.done.actor')) return 'answered';
  if (eventType.startsWith('xstate.error.actor')) return 'broken';
  return eventType === '' ? 'at once' : eventType.replaceAll(':', ' ');
}

function nameOfPart(part: unknown): string | null {
  if (part === undefined || part === null) return null;
  if (typeof part === 'string') return part;
  if (typeof part === 'object' && 'type' in part && typeof part.type === 'string') return part.type;
  return typeof part === 'function' && part.name !== '' ? part.name : null;
}

/** Ids of Mermaid take letters, digits and underscores. */
function nameOf(node: AnyStateNode): string {
  return node.id.replaceAll(/[^A-Za-z0-9]/g, '_');
}

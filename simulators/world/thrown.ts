/** What was thrown and where, without paths of this machine. */
export function firstLines(error: Error): string {
  return (error.stack ?? error.message).split('\n').slice(0, 4).map((line) => line.trim().replaceAll(/\(?file:\/\/\S*?\/(main|drivers|simulators|state-machines|node_modules)\//g, '$1/')).join(' | ');
}

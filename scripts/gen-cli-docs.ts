import { createColors } from 'picocolors'
import { EXITS } from '../src/cli/misuse.ts'
import { helpOf } from '../src/cli/program.ts'
import { serveHelp } from '../src/cli/serve-help.ts'
import type { Terminal } from '../src/cli/terminal.ts'
import type { Generated } from './gen.ts'

const nowhere = (): void => undefined
const page: Terminal = {
  isTty: false,
  columns: 100,
  paint: createColors(false),
  out: nowhere,
  draw: nowhere,
  err: nowhere,
}

/** Every command takes these, so they are told once. */
const EVERYWHERE = /^ *(-h, )?--(help|version|url|token|json|scope) /

/** docs/cli.md: what to know, and then what `--help` says of every command there is. */
export async function cliDocs(): Promise<Generated> {
  const sections = [INTRODUCTION, `## faultline serve\n\n${block(serveHelp())}`]
  for (const words of await commands([]))
    sections.push(`## faultline ${words.join(' ')}\n\n${block(brief(await helpOf(words, page)))}`)
  return { path: 'docs/cli.md', text: `${sections.join('\n\n')}\n` }
}

/** The commands that do something, in the order in which help lists them. */
async function commands(under: readonly string[]): Promise<string[][]> {
  const help = await helpOf(under, page)
  const found: string[][] = []
  const listed = /^Commands:\n([\s\S]*?)\n(?:\n|$)/m.exec(help)?.[1] ?? ''
  for (const line of listed.split('\n')) {
    const words = /^ {2}faultline ((?:[a-z][a-z-]*(?: |$))+)/.exec(line)?.[1]?.trim().split(' ') ?? []
    const isOneDeeper = words.length === under.length + 1 && under.every((word, i) => words[i] === word)
    if (!isOneDeeper || ['serve', 'completion'].includes(words[0] ?? '')) continue
    const inner = await commands(words)
    found.push(...(inner.length > 0 ? inner : [words]))
  }
  return found
}

function brief(help: string): string {
  const lines = help.split('\n').filter((line) => !EVERYWHERE.test(line))
  return lines
    .join('\n')
    .replace(/\n*Options:\s*(?=\n\n|$)/, '')
    .replaceAll(/\n{3,}/g, '\n\n')
    .trim()
}

const block = (text: string): string => `\`\`\`text\n${text}\n\`\`\``

const INTRODUCTION = `<!-- Made of what the commands say with --help, by \`npm run gen\`; do not edit. -->

# Command line

\`\`\`sh
faultline serve                                               # in one terminal
faultline proxy create db --listen 127.0.0.1:15432 --upstream 127.0.0.1:5432
faultline fault add db latency --latency 300ms --jitter 50ms  # acts at once, on open connections too
faultline fault list db                                       # what it saw, and what it did
faultline fault remove db latency_downstream
faultline run slow-database --target db=db                    # or a profile, over time
\`\`\`

\`serve\` is the daemon; all other commands speak to one over HTTP.

- \`--url\` (\`FAULTLINE_URL\`) says where it is. Without it: the host and port that \`FAULTLINE_HOST\` and \`FAULTLINE_PORT\` name,
  else \`http://127.0.0.1:8474\`.
- \`--token\` (\`FAULTLINE_TOKEN\`) is sent when the daemon wants one.
- \`--scope\` (\`FAULTLINE_SCOPE\`) is the id of the scope that a command is about; without it, or as \`default\`, the default scope
  ([testing.md](testing.md)).
- \`--json\` answers with JSON, as the API gave it; errors come as one JSON object on stderr.
- On a terminal lists are tables with a head. In a pipe they are lines without a head, with tabs between the cells:
  \`faultline proxy list | cut -f1\`.
- \`faultline completion >> ~/.bashrc\` completes commands.

| exit code | means |
| --- | --- |
${Object.values(EXITS)
  .map(({ code, means }) => `| ${code} | ${means} |`)
  .join('\n')}

An error says what was attempted, what was found, what is allowed and what to do, with the nearest known name where a name is not
known, and with the request id, by which the daemon's log tells more.

The attributes of a kind of fault are flags of \`fault add\` and \`fault update\`: \`faultline kinds latency\` lists those of latency.
Names take dashes for underscores (\`--average-size 1KiB\`). An attribute whose name is taken by a flag of its own is given as
\`-a name=value\`.

\`run\` waits for the end of the run. Ctrl-C stops it and heals what it did before the command ends; a second one does not wait.
A profile is named, or given as a file (\`./mine.yaml\`), which is checked first. The exit code is 0 only when the run completed, its
checks held, it was healed, and its faults met traffic.`

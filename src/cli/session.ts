import { FaultlineClient } from '../client/client.ts'
import { MisuseError } from './misuse.ts'
import { printFields, printTable, type Terminal } from './terminal.ts'

/** What every command takes. */
export interface GlobalArgs {
  readonly url?: string | undefined
  readonly token?: string | undefined
  readonly json?: boolean | undefined
}

/** One command at work: the daemon it speaks to and the terminal it writes to. */
export class Session {
  readonly terminal: Terminal
  readonly json: boolean
  readonly client: FaultlineClient

  constructor(terminal: Terminal, { url, token, json }: GlobalArgs, env: NodeJS.ProcessEnv) {
    this.terminal = terminal
    this.json = json === true
    this.client = open(
      url ?? defaultUrl(env),
      token ?? (env['FAULTLINE_TOKEN'] === '' ? undefined : env['FAULTLINE_TOKEN']),
    )
  }

  /** The answer as it came with --json, else as the command puts it. */
  show(answer: object, print: () => void): void {
    if (this.json) this.terminal.out(JSON.stringify(answer, undefined, this.terminal.isTty ? 2 : undefined))
    else print()
  }

  line(text: string): void {
    this.terminal.out(text)
  }

  table(head: readonly string[], rows: readonly (readonly string[])[]): void {
    printTable(this.terminal, head, rows)
  }

  fields(fields: readonly (readonly [name: string, value: string])[]): void {
    printFields(this.terminal, fields)
  }
}

function open(url: string, token: string | undefined): FaultlineClient {
  try {
    return new FaultlineClient({ url: /^[a-z]+:\/\//i.test(url) ? url : `http://${url}`, token })
  } catch {
    throw new MisuseError(
      `${JSON.stringify(url)} is no URL of a daemon`,
      'Write it as http://host:port (--url or FAULTLINE_URL).',
    )
  }
}

/** Without a URL: the daemon that these same settings would start, so that a container can ask for its own health. */
function defaultUrl(env: NodeJS.ProcessEnv): string {
  if (env['FAULTLINE_URL'] !== undefined && env['FAULTLINE_URL'] !== '') return env['FAULTLINE_URL']
  const port = /^\d+$/.test(env['FAULTLINE_PORT'] ?? '') ? env['FAULTLINE_PORT'] : '8474'
  const host = env['FAULTLINE_HOST'] ?? ''
  const reachable = ['', '0.0.0.0', '::', '[::]'].includes(host) ? '127.0.0.1' : host
  return `http://${reachable.includes(':') && !reachable.startsWith('[') ? `[${reachable}]` : reachable}:${port}`
}

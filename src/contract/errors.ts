/** Every mistake a user can make: status, title and what to do. API, client, CLI and docs read this one table. */
export const ERRORS = {
  invalid_request: { status: 400, title: 'The request is not valid', remedy: 'Correct the field named by pointer.' },
  invalid_json: {
    status: 400,
    title: 'The body is not JSON',
    remedy: 'Send one JSON value with content-type application/json.',
  },
  unauthorized: {
    status: 401,
    title: 'A token is needed',
    remedy: 'Send Authorization: Bearer <token>; --token or FAULTLINE_TOKEN for the CLI.',
  },
  forbidden_host: {
    status: 403,
    title: 'This Host or Origin may not call',
    remedy: 'Call by a loopback name, or add the name to allowed_hosts.',
  },
  upstream_not_allowed: {
    status: 403,
    title: 'The upstream is not on the allow-list',
    remedy: 'Add it to allowed_upstreams in the config.',
  },
  target_not_allowed: {
    status: 403,
    title: 'The proxy may not be given faults',
    remedy: 'Aim at another, or add it to allowed_targets in the config.',
  },
  host_faults_off: {
    status: 403,
    title: 'Host faults are off',
    remedy: 'Set host_faults.enabled, and data_dir to a folder that can be written.',
  },
  host_not_allowed: {
    status: 403,
    title: 'The config does not allow this much of the machine',
    remedy: 'Ask for less, or raise what host_faults.allow names.',
  },
  route_not_found: { status: 404, title: 'No such route', remedy: 'See /openapi.json for what there is.' },
  proxy_not_found: { status: 404, title: 'No such proxy', remedy: 'List the proxies, or create it.' },
  fault_not_found: { status: 404, title: 'No such fault', remedy: 'List the faults of the proxy, or attach it.' },
  kind_not_found: { status: 404, title: 'No such kind of fault', remedy: 'GET /v1/kinds lists what there is.' },
  profile_not_found: { status: 404, title: 'No such profile', remedy: 'GET /v1/profiles lists what there is.' },
  partition_not_found: {
    status: 404,
    title: 'No such partition',
    remedy: 'GET /v1/partitions lists what there is.',
  },
  sweep_not_found: { status: 404, title: 'No such sweep', remedy: 'GET /v1/sweeps lists what there is.' },
  run_not_found: { status: 404, title: 'No such run', remedy: 'GET /v1/runs lists what there is.' },
  host_fault_not_found: {
    status: 404,
    title: 'No such host fault',
    remedy: 'GET /v1/host_faults lists what there is.',
  },
  scope_not_found: { status: 404, title: 'No such scope', remedy: 'GET /v1/scopes lists what is open.' },
  connection_not_found: { status: 404, title: 'No such connection', remedy: 'GET /v1/connections lists what is open.' },
  method_not_allowed: {
    status: 405,
    title: 'The route does not take this method',
    remedy: 'See /openapi.json for its methods.',
  },
  plane_unreachable: {
    status: 503,
    title: 'The Toxiproxy server cannot be reached',
    remedy: 'Start it, or see what GET /v1/planes says of it.',
  },
  plane_refused: {
    status: 502,
    title: 'The Toxiproxy server did not take the fault',
    remedy: 'See what it answered: it may be older than the fault.',
  },
  not_on_plane: {
    status: 422,
    title: 'The plane of the proxy cannot do this',
    remedy: 'Leave out what the detail names, or aim at a proxy of faultline itself.',
  },
  proxy_exists: {
    status: 409,
    title: 'A proxy of this name exists',
    remedy: 'Use PUT to replace it, or another name.',
  },
  fault_exists: {
    status: 409,
    title: 'A fault of this name exists on the proxy',
    remedy: 'PATCH it, or give the new one another name.',
  },
  address_in_use: {
    status: 409,
    title: 'The listen address is taken',
    remedy: 'Free it, choose another port, or use port 0.',
  },
  address_not_available: {
    status: 422,
    title: 'The listen address cannot be bound',
    remedy: 'Use an address of this machine.',
  },
  listen_failed: { status: 422, title: 'The proxy could not listen', remedy: 'See the detail.' },
  owned_by_run: {
    status: 409,
    title: 'A run or partition owns this',
    remedy: 'Stop the run, or heal the partition, first.',
  },
  nothing_held: {
    status: 409,
    title: 'Nothing waits at this fault',
    remedy: 'Wait until something does (POST /v1/wait with held), then release.',
  },
  nothing_due: {
    status: 409,
    title: 'Nothing is due at any time',
    remedy: 'Advance by a duration; something is due once a fault waits, or a run or a window has begun.',
  },
  clock_is_real: {
    status: 409,
    title: 'The scope goes by real time',
    remedy: 'Create the scope with clock: manual; it cannot be changed later.',
  },
  target_busy: {
    status: 409,
    title: 'Another run holds this target',
    remedy: 'Wait for it, stop it, or start with share.',
  },
  run_ended: { status: 409, title: 'The run has ended already', remedy: 'Start a new one.' },
  scope_ended: {
    status: 410,
    title: 'The scope has ended',
    remedy: 'Create a new one; renew it in time, or hold it through an event stream with lease=true.',
  },
  body_too_large: { status: 413, title: 'The body is too large', remedy: 'Send less at a time, or raise limits.body.' },
  kind_not_for_protocol: {
    status: 422,
    title: 'This kind does not fit the protocol of the proxy',
    remedy: 'Use a proxy with the protocol it needs.',
  },
  proxy_not_http: {
    status: 422,
    title: 'The proxy sees no requests',
    remedy: 'Give the proxy protocol: http.',
  },
  kind_unsupported: {
    status: 422,
    title: 'This kind does not work on this platform',
    remedy: 'GET /v1/kinds tells the fidelity of each kind here.',
  },
  host_out_of_reach: {
    status: 422,
    title: 'The service stands outside the reach of the fault',
    remedy: 'Name a service within its reach, or tell host_faults.services where this one stands.',
  },
  host_fault_failed: {
    status: 422,
    title: 'The host fault did not take effect',
    remedy: 'See the detail. What it had taken was given back.',
  },
  invalid_fault: { status: 422, title: 'The fault is not valid', remedy: 'Correct the field named by pointer.' },
  invalid_config: { status: 422, title: 'The config is not valid', remedy: 'Correct the fields named.' },
  invalid_partition: { status: 422, title: 'The partition is not valid', remedy: 'Correct the fields named.' },
  invalid_journal: {
    status: 422,
    title: 'The journal is not valid',
    remedy: 'Name the first part of a journal as the daemon wrote it: <data_dir>/runs/<run>.ndjson.',
  },
  journal_incomplete: {
    status: 422,
    title: 'The journal lacks facts',
    remedy: 'What is left out cannot be replayed: run it again, on a faster disk or with more room.',
  },
  invalid_profile: { status: 422, title: 'The profile is not valid', remedy: 'Correct the fields named.' },
  halted: {
    status: 423,
    title: 'faultline is halted',
    remedy: 'Lift it first: faultline halt --lift, or DELETE /v1/halt.',
  },
  limit_reached: {
    status: 429,
    title: 'A limit is reached',
    remedy: 'Remove something, or raise the limit in the config.',
  },
  internal: { status: 500, title: 'A bug in faultline', remedy: 'Report it with the request id and the log line.' },
  journal_not_writable: {
    status: 503,
    title: 'The journal of the run cannot be written',
    remedy: 'Make room in data_dir and let the daemon write there, or leave data_dir out.',
  },
  shutting_down: { status: 503, title: 'The daemon is stopping', remedy: 'Start it again.' },
} as const satisfies Record<string, { status: number; title: string; remedy: string }>

export type ErrorCode = keyof typeof ERRORS

/** One thing that is wrong, and where: a JSON pointer, a sentence, and the nearest known name when there is one. */
export interface Problem {
  readonly pointer: string
  readonly message: string
}

export class FaultlineError extends Error {
  override readonly name = 'FaultlineError'
  readonly code: ErrorCode
  readonly pointer: string | undefined
  readonly remedy: string
  readonly problems: readonly Problem[]

  /** @param detail what was attempted, on what, what was found and what is allowed */
  constructor(
    code: ErrorCode,
    detail: string,
    more: { pointer?: string | undefined; remedy?: string | undefined; problems?: readonly Problem[] } = {},
  ) {
    super(detail)
    this.code = code
    this.pointer = more.pointer ?? more.problems?.[0]?.pointer
    this.remedy = more.remedy ?? ERRORS[code].remedy
    this.problems = more.problems ?? []
  }

  get status(): number {
    return ERRORS[this.code].status
  }
}

import { EXCHANGE_LABELS } from '../contract/exchange-counts.ts'
import { MARK_OUTCOMES, SKIP_REASONS } from '../contract/model.ts'
import { WISH_OUTCOMES } from '../contract/wishes.ts'
import type { Family, FamilyOf, FaultSubject, ProxySubject } from './family.ts'
import { DAEMON_FAMILIES } from './daemon-families.ts'
import { CLOSE_ORIGINS, DIAL_RESULTS, DIRECTIONS, LABELS } from './labels.ts'

const L = LABELS

export const PROXY_FAMILIES: readonly FamilyOf<ProxySubject>[] = [
  {
    name: 'faultline_received_bytes_total',
    type: 'counter',
    help: 'Bytes read from the source of a direction, counted as they pass.',
    unit: 'bytes',
    labels: [L.proxy, L.direction],
    read: ({ proxy, status }, emit) => DIRECTIONS.forEach((way) => emit(status.bytes[way].received, proxy, way)),
  },
  {
    name: 'faultline_sent_bytes_total',
    type: 'counter',
    help: 'Bytes written to the destination of a direction, counted as they pass.',
    unit: 'bytes',
    labels: [L.proxy, L.direction],
    read: ({ proxy, status }, emit) => DIRECTIONS.forEach((way) => emit(status.bytes[way].sent, proxy, way)),
  },
  {
    name: 'faultline_connections_total',
    type: 'counter',
    help: 'Client connections accepted.',
    unit: 'connections',
    labels: [L.proxy],
    read: ({ proxy, status }, emit) => emit(status.connectionsTotal, proxy),
  },
  {
    name: 'faultline_connections_open',
    type: 'gauge',
    help: 'Client connections open now.',
    unit: 'connections',
    labels: [L.proxy],
    read: ({ proxy, status }, emit) => emit(status.connectionsOpen, proxy),
  },
  {
    name: 'faultline_connections_refused_total',
    type: 'counter',
    help: 'Clients that were accepted but never reached the upstream.',
    unit: 'connections',
    labels: [L.proxy, L.refused, L.origin],
    sparse: true,
    read: ({ proxy, status }, emit) => {
      emit(status.connectionsLimited, proxy, 'limit', 'faultline')
      emit(status.connectionsRefused ?? 0, proxy, 'fault', 'injected')
      const { failed, timeout, again = { failed: 0, timeout: 0 } } = status.dials
      emit(failed - again.failed, proxy, 'dial_failed', 'upstream')
      emit(timeout - again.timeout, proxy, 'dial_timeout', 'upstream')
    },
  },
  {
    name: 'faultline_connections_closed_total',
    type: 'counter',
    help: 'Connections that were refused, cut or closed.',
    unit: 'connections',
    labels: [L.proxy, L.origin],
    sparse: true,
    read: ({ proxy, status }, emit) => CLOSE_ORIGINS.forEach((origin) => emit(status.closed[origin], proxy, origin)),
  },
  {
    name: 'faultline_dials_total',
    type: 'counter',
    help: 'Attempts to reach the upstream.',
    unit: 'dials',
    labels: [L.proxy, L.result],
    sparse: true,
    read: ({ proxy, status }, emit) => DIAL_RESULTS.forEach((result) => emit(status.dials[result], proxy, result)),
  },
  {
    name: 'faultline_dial_seconds',
    type: 'histogram',
    help: 'Time from the start of the look-up to a connected upstream.',
    unit: 'seconds',
    labels: [L.proxy],
    sparse: true,
    read: ({ proxy, status }, emit) => emit(status.dials.time, proxy),
  },
  {
    name: 'faultline_exchanges_total',
    type: 'counter',
    help: 'HTTP exchanges that ended.',
    unit: 'exchanges',
    labels: [L.proxy, L.method, L.statusClass, L.origin],
    sparse: true,
    read: ({ proxy, status: { exchanges } }, emit) => {
      if (exchanges === undefined) return
      for (const { method, statusClass, origin, place } of EXCHANGE_LABELS)
        emit(exchanges.counts[place] ?? 0, proxy, method, statusClass, origin)
    },
  },
  {
    name: 'faultline_exchange_upstream_seconds',
    type: 'histogram',
    help: 'Time from a request going upstream to the head of the answer there.',
    unit: 'seconds',
    labels: [L.proxy],
    sparse: true,
    read: ({ proxy, status: { exchanges } }, emit) => {
      if (exchanges !== undefined) emit(exchanges.upstreamTime, proxy)
    },
  },
  {
    name: 'faultline_exchange_injected_seconds',
    type: 'histogram',
    help: 'Time that faults made the heads of an exchange wait; exchanges that none delayed are not in it.',
    unit: 'seconds',
    labels: [L.proxy],
    sparse: true,
    read: ({ proxy, status: { exchanges } }, emit) => {
      if (exchanges !== undefined) emit(exchanges.injectedTime, proxy)
    },
  },
  {
    name: 'faultline_connections_opaque_total',
    type: 'counter',
    help: 'Connections of http proxies whose bytes were not understood, and were relayed unseen.',
    unit: 'connections',
    labels: [L.proxy],
    sparse: true,
    read: ({ proxy, status: { exchanges } }, emit) => {
      if (exchanges !== undefined) emit(exchanges.opaque, proxy)
    },
  },
  {
    name: 'faultline_request_faults_total',
    type: 'counter',
    help: 'Faults that requests asked for by a field, by what became of them.',
    unit: 'faults',
    labels: [L.proxy, L.kind, L.outcome],
    sparse: true,
    read: ({ proxy, status: { wishes = [] } }, emit) => {
      for (const [kind, counts] of wishes) WISH_OUTCOMES.forEach((one) => emit(counts[one], proxy, kind, one))
    },
  },
  {
    name: 'faultline_scope_marks_total',
    type: 'counter',
    help: 'Exchanges on listeners that scopes share, by the scope that their heads name: known, unknown or disagreeing.',
    unit: 'exchanges',
    labels: [L.proxy, L.mark],
    sparse: true,
    read: ({ proxy, status: { marks } }, emit) => {
      if (marks !== undefined) MARK_OUTCOMES.forEach((one) => emit(marks[one], proxy, one))
    },
  },
  {
    name: 'faultline_held_bytes',
    type: 'gauge',
    help: 'Bytes read and not yet written: held by faults, or by a destination that does not read.',
    unit: 'bytes',
    labels: [L.proxy],
    read: ({ proxy, status }, emit) => emit(status.heldBytes, proxy),
  },
  {
    name: 'faultline_proxy_state',
    type: 'gauge',
    help: 'The state that the listener of a proxy is in has the value 1.',
    unit: '1',
    labels: [L.proxy, L.state],
    read: ({ proxy, status }, emit) => emit(1, proxy, status.state),
  },
  {
    name: 'toxiproxy_proxy_received_bytes_total',
    type: 'counter',
    help: '',
    meaning: "Toxiproxy's name for faultline_received_bytes_total.",
    unit: 'bytes',
    labels: [L.direction, L.listener, L.proxy, L.upstream],
    sparse: true,
    read: ({ proxy, listener, upstream, status }, emit) =>
      DIRECTIONS.forEach((way) => emit(status.bytes[way].received, way, listener, proxy, upstream)),
  },
  {
    name: 'toxiproxy_proxy_sent_bytes_total',
    type: 'counter',
    help: '',
    meaning: "Toxiproxy's name for faultline_sent_bytes_total.",
    unit: 'bytes',
    labels: [L.direction, L.listener, L.proxy, L.upstream],
    sparse: true,
    read: ({ proxy, listener, upstream, status }, emit) =>
      DIRECTIONS.forEach((way) => emit(status.bytes[way].sent, way, listener, proxy, upstream)),
  },
]

export const FAULT_FAMILIES: readonly FamilyOf<FaultSubject>[] = [
  {
    name: 'faultline_fault_seen_total',
    type: 'counter',
    help: 'Decision points a fault was asked at: applied and skipped together.',
    unit: 'faults',
    labels: [L.proxy, L.fault, L.kind],
    read: ({ proxy, fault, status }, emit) => emit(status.seen, proxy, fault, status.kind),
  },
  {
    name: 'faultline_fault_applied_total',
    type: 'counter',
    help: 'Decision points at which a fault acted.',
    unit: 'faults',
    labels: [L.proxy, L.fault, L.kind],
    read: ({ proxy, fault, status }, emit) => emit(status.applied, proxy, fault, status.kind),
    // A fault that was to act and could not is counted as skipped after all.
    whole: ({ status }) => status.seen,
  },
  {
    name: 'faultline_fault_skipped_total',
    type: 'counter',
    help: 'Decision points at which a fault did not act, by reason.',
    unit: 'faults',
    labels: [L.proxy, L.fault, L.kind, L.skipped],
    sparse: true,
    read: ({ proxy, fault, status }, emit) =>
      SKIP_REASONS.forEach((reason) => emit(status.skipped[reason], proxy, fault, status.kind, reason)),
  },
  {
    name: 'faultline_fault_limited_total',
    type: 'counter',
    help: 'Delays that a limit of held bytes made longer than asked.',
    unit: 'delays',
    labels: [L.proxy, L.fault, L.kind],
    sparse: true,
    read: ({ proxy, fault, status }, emit) => emit(status.limited, proxy, fault, status.kind),
  },
  {
    name: 'faultline_fault_active',
    type: 'gauge',
    help: '1 while a fault is enabled and within its window, else 0.',
    unit: '1',
    labels: [L.proxy, L.fault, L.kind],
    read: ({ proxy, fault, status }, emit) => emit(status.active ? 1 : 0, proxy, fault, status.kind),
  },
  {
    name: 'faultline_fault_asked_delay_seconds',
    type: 'histogram',
    help: 'Delays that a fault asked for.',
    unit: 'seconds',
    labels: [L.proxy, L.fault, L.kind],
    sparse: true,
    read: ({ proxy, fault, status }, emit) => emit(status.asked, proxy, fault, status.kind),
  },
  {
    name: 'faultline_fault_achieved_delay_seconds',
    type: 'histogram',
    help: 'Delays as they came about, to be held against those asked for.',
    unit: 'seconds',
    labels: [L.proxy, L.fault, L.kind],
    sparse: true,
    read: ({ proxy, fault, status }, emit) => emit(status.achieved, proxy, fault, status.kind),
  },
]

export const FAMILIES: readonly Family[] = [...PROXY_FAMILIES, ...FAULT_FAMILIES, ...DAEMON_FAMILIES]

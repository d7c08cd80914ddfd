import type { JsonSchema } from '../contract/attributes.ts'

/** Made by scripts/gen-openapi.ts. */
export const OPENAPI: JsonSchema = {
  openapi: '3.1.0',
  info: {
    title: 'faultline',
    version: '0',
    description:
      "faultline's own API. Toxiproxy's API stands at the root besides; docs/toxiproxy.md tells about it. Bodies are JSON whatever their content-type says; unknown fields are errors; a request is carried out whole or not at all.",
    license: {
      name: 'MIT',
      identifier: 'MIT',
    },
  },
  components: {
    securitySchemes: {
      token: {
        type: 'http',
        scheme: 'bearer',
        description: 'Asked for when a token is set.',
      },
    },
    schemas: {
      FaultView: {
        title: 'FaultView',
        type: 'object',
        description: 'A fault and what it did.',
        additionalProperties: false,
        required: [
          'name',
          'kind',
          'toxicity',
          'attributes',
          'applies_to',
          'enabled',
          'dry_run',
          'owner',
          'active',
          'fidelity',
          'seen',
          'applied',
          'skipped',
          'limited',
        ],
        properties: {
          name: {
            type: 'string',
            description: 'Unique on the proxy.',
          },
          kind: {
            type: 'string',
            description: 'Its kind; see /v1/kinds.',
          },
          stream: {
            type: 'string',
            enum: ['upstream', 'downstream'],
            description: 'The direction it acts on.',
          },
          toxicity: {
            type: 'number',
            minimum: 0,
            maximum: 1,
            default: 1,
            description: 'Chance that the fault applies to a connection, 0 to 1.',
          },
          attributes: {
            type: 'object',
            additionalProperties: true,
            description: 'Complete, in base units.',
          },
          trigger: {
            type: 'object',
            additionalProperties: false,
            required: [],
            properties: {
              first: {
                type: 'integer',
                minimum: 1,
                maximum: 9007199254740991,
                description: 'Only the first so many.',
                'x-optional': true,
              },
              nth: {
                type: 'integer',
                minimum: 1,
                maximum: 9007199254740991,
                description: 'Only the one with this number.',
                'x-optional': true,
              },
              every: {
                type: 'integer',
                minimum: 1,
                maximum: 9007199254740991,
                description: 'Every n-th, for this n.',
                'x-optional': true,
              },
              after: {
                type: 'integer',
                minimum: 0,
                maximum: 9007199254740991,
                description: 'Only those after the first so many.',
                'x-optional': true,
              },
              times: {
                type: 'integer',
                minimum: 1,
                maximum: 9007199254740991,
                description: 'At most so many that the fault applied to.',
                'x-optional': true,
              },
              for: {
                type: ['integer', 'string'],
                'x-unit': 'ms',
                pattern: '^(\\d+(\\.\\d+)?(us|ms|s|m|h))+$',
                minimum: 1,
                maximum: 86400000,
                description: 'Only for so long after the fault was attached.',
                'x-optional': true,
              },
            },
            minProperties: 1,
            description: 'Counts and windows instead of chance; connections that match are counted 1, 2, ...',
            'x-optional': true,
          },
          match: {
            type: 'object',
            additionalProperties: false,
            required: ['client'],
            properties: {
              client: {
                type: 'array',
                items: {
                  type: 'string',
                  minLength: 1,
                  maxLength: 64,
                  description: 'Such as 127.0.0.1 or 10.0.0.0/8.',
                },
                minItems: 1,
                maxItems: 100,
                description: 'Client addresses, each an IP address or a CIDR range.',
              },
            },
            description: 'Which connections the fault looks at.',
            'x-optional': true,
          },
          key: {
            type: 'object',
            additionalProperties: false,
            required: ['client'],
            properties: {
              client: {
                type: 'string',
                enum: ['address'],
                description: 'The address of the client, without its port.',
              },
            },
            description: 'Makes the draw follow a value instead of the order of arrival.',
            'x-optional': true,
          },
          applies_to: {
            type: 'string',
            enum: ['new', 'existing', 'both'],
            default: 'both',
            description: 'Which connections: those opened after the fault was attached, those open before, or both.',
          },
          enabled: {
            type: 'boolean',
            default: true,
            description: 'A fault that is not enabled stays attached and does nothing.',
          },
          dry_run: {
            type: 'boolean',
            default: false,
            description: 'Decide and count, but do nothing.',
          },
          owner: {
            type: 'string',
            description: 'config, api, or run:<id>.',
          },
          active: {
            type: 'boolean',
            description: 'Enabled, and within its window now.',
          },
          fidelity: {
            type: 'string',
            enum: ['exact', 'emulated', 'unsupported'],
            description: 'How near it comes to the real thing on this platform.',
          },
          seen: {
            type: 'integer',
            minimum: 0,
            description: 'How often it was asked: applied and skipped together.',
          },
          applied: {
            type: 'integer',
            minimum: 0,
            description: 'How often it applied.',
          },
          skipped: {
            type: 'object',
            description: 'How often it did not, by reason.',
            additionalProperties: false,
            required: ['no_match', 'trigger', 'toxicity', 'dry_run', 'limit'],
            properties: {
              no_match: {
                type: 'integer',
                minimum: 0,
                description: 'Skipped: no_match.',
              },
              trigger: {
                type: 'integer',
                minimum: 0,
                description: 'Skipped: trigger.',
              },
              toxicity: {
                type: 'integer',
                minimum: 0,
                description: 'Skipped: toxicity.',
              },
              dry_run: {
                type: 'integer',
                minimum: 0,
                description: 'Skipped: dry_run.',
              },
              limit: {
                type: 'integer',
                minimum: 0,
                description: 'Skipped: limit.',
              },
            },
          },
          limited: {
            type: 'integer',
            minimum: 0,
            description: 'Delays made longer by a limit on held bytes.',
          },
        },
      },
      FaultChanged: {
        title: 'FaultChanged',
        type: 'object',
        description: 'A fault after a change.',
        additionalProperties: false,
        required: [
          'name',
          'kind',
          'toxicity',
          'attributes',
          'applies_to',
          'enabled',
          'dry_run',
          'owner',
          'active',
          'fidelity',
          'seen',
          'applied',
          'skipped',
          'limited',
          'touched',
        ],
        properties: {
          name: {
            type: 'string',
            description: 'Unique on the proxy.',
          },
          kind: {
            type: 'string',
            description: 'Its kind; see /v1/kinds.',
          },
          stream: {
            type: 'string',
            enum: ['upstream', 'downstream'],
            description: 'The direction it acts on.',
          },
          toxicity: {
            type: 'number',
            minimum: 0,
            maximum: 1,
            default: 1,
            description: 'Chance that the fault applies to a connection, 0 to 1.',
          },
          attributes: {
            type: 'object',
            additionalProperties: true,
            description: 'Complete, in base units.',
          },
          trigger: {
            type: 'object',
            additionalProperties: false,
            required: [],
            properties: {
              first: {
                type: 'integer',
                minimum: 1,
                maximum: 9007199254740991,
                description: 'Only the first so many.',
                'x-optional': true,
              },
              nth: {
                type: 'integer',
                minimum: 1,
                maximum: 9007199254740991,
                description: 'Only the one with this number.',
                'x-optional': true,
              },
              every: {
                type: 'integer',
                minimum: 1,
                maximum: 9007199254740991,
                description: 'Every n-th, for this n.',
                'x-optional': true,
              },
              after: {
                type: 'integer',
                minimum: 0,
                maximum: 9007199254740991,
                description: 'Only those after the first so many.',
                'x-optional': true,
              },
              times: {
                type: 'integer',
                minimum: 1,
                maximum: 9007199254740991,
                description: 'At most so many that the fault applied to.',
                'x-optional': true,
              },
              for: {
                type: ['integer', 'string'],
                'x-unit': 'ms',
                pattern: '^(\\d+(\\.\\d+)?(us|ms|s|m|h))+$',
                minimum: 1,
                maximum: 86400000,
                description: 'Only for so long after the fault was attached.',
                'x-optional': true,
              },
            },
            minProperties: 1,
            description: 'Counts and windows instead of chance; connections that match are counted 1, 2, ...',
            'x-optional': true,
          },
          match: {
            type: 'object',
            additionalProperties: false,
            required: ['client'],
            properties: {
              client: {
                type: 'array',
                items: {
                  type: 'string',
                  minLength: 1,
                  maxLength: 64,
                  description: 'Such as 127.0.0.1 or 10.0.0.0/8.',
                },
                minItems: 1,
                maxItems: 100,
                description: 'Client addresses, each an IP address or a CIDR range.',
              },
            },
            description: 'Which connections the fault looks at.',
            'x-optional': true,
          },
          key: {
            type: 'object',
            additionalProperties: false,
            required: ['client'],
            properties: {
              client: {
                type: 'string',
                enum: ['address'],
                description: 'The address of the client, without its port.',
              },
            },
            description: 'Makes the draw follow a value instead of the order of arrival.',
            'x-optional': true,
          },
          applies_to: {
            type: 'string',
            enum: ['new', 'existing', 'both'],
            default: 'both',
            description: 'Which connections: those opened after the fault was attached, those open before, or both.',
          },
          enabled: {
            type: 'boolean',
            default: true,
            description: 'A fault that is not enabled stays attached and does nothing.',
          },
          dry_run: {
            type: 'boolean',
            default: false,
            description: 'Decide and count, but do nothing.',
          },
          owner: {
            type: 'string',
            description: 'config, api, or run:<id>.',
          },
          active: {
            type: 'boolean',
            description: 'Enabled, and within its window now.',
          },
          fidelity: {
            type: 'string',
            enum: ['exact', 'emulated', 'unsupported'],
            description: 'How near it comes to the real thing on this platform.',
          },
          seen: {
            type: 'integer',
            minimum: 0,
            description: 'How often it was asked: applied and skipped together.',
          },
          applied: {
            type: 'integer',
            minimum: 0,
            description: 'How often it applied.',
          },
          skipped: {
            type: 'object',
            description: 'How often it did not, by reason.',
            additionalProperties: false,
            required: ['no_match', 'trigger', 'toxicity', 'dry_run', 'limit'],
            properties: {
              no_match: {
                type: 'integer',
                minimum: 0,
                description: 'Skipped: no_match.',
              },
              trigger: {
                type: 'integer',
                minimum: 0,
                description: 'Skipped: trigger.',
              },
              toxicity: {
                type: 'integer',
                minimum: 0,
                description: 'Skipped: toxicity.',
              },
              dry_run: {
                type: 'integer',
                minimum: 0,
                description: 'Skipped: dry_run.',
              },
              limit: {
                type: 'integer',
                minimum: 0,
                description: 'Skipped: limit.',
              },
            },
          },
          limited: {
            type: 'integer',
            minimum: 0,
            description: 'Delays made longer by a limit on held bytes.',
          },
          touched: {
            type: 'integer',
            minimum: 0,
            description: 'Open connections that the change concerned.',
          },
        },
      },
      FaultList: {
        title: 'FaultList',
        type: 'object',
        description: 'Faults.',
        additionalProperties: false,
        required: ['faults'],
        properties: {
          faults: {
            type: 'array',
            items: {
              $ref: '#/components/schemas/FaultView',
            },
          },
        },
      },
      ProxyView: {
        title: 'ProxyView',
        type: 'object',
        description: 'A proxy with its faults.',
        additionalProperties: false,
        required: [
          'name',
          'listen',
          'upstream',
          'protocol',
          'enabled',
          'state',
          'owner',
          'revision',
          'connections',
          'bytes',
          'held_bytes',
          'faults',
        ],
        properties: {
          name: {
            type: 'string',
            description: 'Name of the proxy.',
          },
          listen: {
            type: 'string',
            description: 'The address it is bound to.',
          },
          upstream: {
            type: 'string',
            description: 'Where it forwards to.',
          },
          protocol: {
            type: 'string',
            enum: ['tcp'],
            description: 'What it understands of the traffic.',
          },
          from: {
            type: 'string',
            description: 'The service that calls.',
          },
          to: {
            type: 'string',
            description: 'The service that is called.',
          },
          enabled: {
            type: 'boolean',
            description: 'Whether it is to listen.',
          },
          state: {
            type: 'string',
            enum: ['listening', 'disabled', 'refused', 'stalled', 'listen_failed'],
            description: 'What its listener does.',
          },
          error: {
            type: 'string',
            description: 'Why it does not listen.',
          },
          owner: {
            type: 'string',
            description: 'config, api, or run:<id>.',
          },
          revision: {
            type: 'integer',
            minimum: 0,
            description: 'Rises with every change of desired state.',
          },
          connections: {
            type: 'object',
            description: 'Its connections.',
            additionalProperties: false,
            required: ['open', 'total', 'limited'],
            properties: {
              open: {
                type: 'integer',
                minimum: 0,
                description: 'Open now.',
              },
              total: {
                type: 'integer',
                minimum: 0,
                description: 'Since it was created or reset.',
              },
              limited: {
                type: 'integer',
                minimum: 0,
                description: 'Refused by a limit.',
              },
            },
          },
          bytes: {
            type: 'object',
            description: 'Bytes passed on.',
            additionalProperties: false,
            required: ['upstream', 'downstream'],
            properties: {
              upstream: {
                type: 'integer',
                minimum: 0,
                description: 'To the upstream.',
              },
              downstream: {
                type: 'integer',
                minimum: 0,
                description: 'To clients.',
              },
            },
          },
          held_bytes: {
            type: 'integer',
            minimum: 0,
            description: 'Bytes that faults hold now.',
          },
          faults: {
            type: 'array',
            items: {
              $ref: '#/components/schemas/FaultView',
            },
          },
        },
      },
      ProxyChanged: {
        title: 'ProxyChanged',
        type: 'object',
        description: 'A proxy after a change.',
        additionalProperties: false,
        required: [
          'name',
          'listen',
          'upstream',
          'protocol',
          'enabled',
          'state',
          'owner',
          'revision',
          'connections',
          'bytes',
          'held_bytes',
          'faults',
          'touched',
        ],
        properties: {
          name: {
            type: 'string',
            description: 'Name of the proxy.',
          },
          listen: {
            type: 'string',
            description: 'The address it is bound to.',
          },
          upstream: {
            type: 'string',
            description: 'Where it forwards to.',
          },
          protocol: {
            type: 'string',
            enum: ['tcp'],
            description: 'What it understands of the traffic.',
          },
          from: {
            type: 'string',
            description: 'The service that calls.',
          },
          to: {
            type: 'string',
            description: 'The service that is called.',
          },
          enabled: {
            type: 'boolean',
            description: 'Whether it is to listen.',
          },
          state: {
            type: 'string',
            enum: ['listening', 'disabled', 'refused', 'stalled', 'listen_failed'],
            description: 'What its listener does.',
          },
          error: {
            type: 'string',
            description: 'Why it does not listen.',
          },
          owner: {
            type: 'string',
            description: 'config, api, or run:<id>.',
          },
          revision: {
            type: 'integer',
            minimum: 0,
            description: 'Rises with every change of desired state.',
          },
          connections: {
            type: 'object',
            description: 'Its connections.',
            additionalProperties: false,
            required: ['open', 'total', 'limited'],
            properties: {
              open: {
                type: 'integer',
                minimum: 0,
                description: 'Open now.',
              },
              total: {
                type: 'integer',
                minimum: 0,
                description: 'Since it was created or reset.',
              },
              limited: {
                type: 'integer',
                minimum: 0,
                description: 'Refused by a limit.',
              },
            },
          },
          bytes: {
            type: 'object',
            description: 'Bytes passed on.',
            additionalProperties: false,
            required: ['upstream', 'downstream'],
            properties: {
              upstream: {
                type: 'integer',
                minimum: 0,
                description: 'To the upstream.',
              },
              downstream: {
                type: 'integer',
                minimum: 0,
                description: 'To clients.',
              },
            },
          },
          held_bytes: {
            type: 'integer',
            minimum: 0,
            description: 'Bytes that faults hold now.',
          },
          faults: {
            type: 'array',
            items: {
              $ref: '#/components/schemas/FaultView',
            },
          },
          touched: {
            type: 'integer',
            minimum: 0,
            description: 'Open connections that the change concerned.',
          },
        },
      },
      ProxyList: {
        title: 'ProxyList',
        type: 'object',
        description: 'Proxies.',
        additionalProperties: false,
        required: ['proxies', 'revision'],
        properties: {
          proxies: {
            type: 'array',
            items: {
              $ref: '#/components/schemas/ProxyView',
            },
          },
          revision: {
            type: 'integer',
            minimum: 0,
            description: 'Rises with every change of desired state.',
          },
        },
      },
      Removed: {
        title: 'Removed',
        type: 'object',
        description: 'What was removed.',
        additionalProperties: false,
        required: ['removed', 'touched'],
        properties: {
          removed: {
            type: 'string',
            description: 'Its name.',
          },
          touched: {
            type: 'integer',
            minimum: 0,
            description: 'Open connections that the change concerned.',
          },
        },
      },
      ConfigView: {
        title: 'ConfigView',
        type: 'object',
        description: 'Desired state.',
        additionalProperties: false,
        required: ['proxies', 'revision'],
        properties: {
          proxies: {
            type: 'object',
            additionalProperties: {
              type: 'object',
              additionalProperties: true,
              description: 'As PUT takes it.',
            },
            description: 'Proxies by name.',
          },
          revision: {
            type: 'integer',
            minimum: 0,
            description: 'Rises with every change of desired state.',
          },
        },
      },
      ConfigChanged: {
        title: 'ConfigChanged',
        type: 'object',
        description: 'What a config changed, or would.',
        additionalProperties: false,
        required: ['dry_run', 'created', 'updated', 'removed', 'unchanged', 'revision'],
        properties: {
          dry_run: {
            type: 'boolean',
            description: 'Whether nothing was done.',
          },
          created: {
            type: 'array',
            items: {
              type: 'string',
            },
          },
          updated: {
            type: 'array',
            items: {
              type: 'object',
              description: 'A proxy that differs.',
              additionalProperties: false,
              required: ['name', 'changes'],
              properties: {
                name: {
                  type: 'string',
                  description: 'Its name.',
                },
                changes: {
                  type: 'array',
                  items: {
                    type: 'string',
                  },
                },
              },
            },
          },
          removed: {
            type: 'array',
            items: {
              type: 'string',
            },
          },
          unchanged: {
            type: 'array',
            items: {
              type: 'string',
            },
          },
          revision: {
            type: 'integer',
            minimum: 0,
            description: 'Rises with every change of desired state.',
          },
        },
      },
      KindView: {
        title: 'KindView',
        type: 'object',
        description: 'A kind of fault.',
        additionalProperties: false,
        required: ['kind', 'layer', 'summary', 'has_stream', 'fidelity', 'attributes', 'examples'],
        properties: {
          kind: {
            type: 'string',
            description: 'Its name.',
          },
          layer: {
            type: 'string',
            enum: ['connection', 'stream'],
            description: 'What it acts on.',
          },
          summary: {
            type: 'string',
            description: 'What it does, in a sentence.',
          },
          notes: {
            type: 'string',
            description: 'More, as Markdown.',
          },
          has_stream: {
            type: 'boolean',
            description: 'Takes a stream.',
          },
          bytes: {
            type: 'string',
            enum: ['kept', 'changed', 'lost'],
            description: 'What it does to bytes.',
          },
          on_detach: {
            type: 'string',
            enum: ['release', 'close'],
            description: 'What removing it does to connections on which it lost bytes.',
          },
          fidelity: {
            type: 'string',
            enum: ['exact', 'emulated', 'unsupported'],
            description: 'How near it comes to the real thing on this platform.',
          },
          attributes: {
            type: 'object',
            additionalProperties: true,
            description: 'JSON Schema; x-unit names the base unit where a text such as "250ms" may be written too.',
          },
          examples: {
            type: 'array',
            items: {
              type: 'object',
              description: 'An example.',
              additionalProperties: false,
              required: ['title', 'attributes'],
              properties: {
                title: {
                  type: 'string',
                  description: 'What it stands for.',
                },
                attributes: {
                  type: 'object',
                  additionalProperties: true,
                  description: 'Its attributes.',
                },
              },
            },
          },
        },
      },
      KindList: {
        title: 'KindList',
        type: 'object',
        description: 'The catalogue.',
        additionalProperties: false,
        required: ['kinds'],
        properties: {
          kinds: {
            type: 'array',
            items: {
              $ref: '#/components/schemas/KindView',
            },
          },
        },
      },
      ConnectionInfo: {
        title: 'ConnectionInfo',
        type: 'object',
        description: 'An open connection.',
        additionalProperties: false,
        required: [
          'id',
          'proxy',
          'ordinal',
          'client',
          'upstream',
          'state',
          'age_ms',
          'idle_ms',
          'bytes_upstream',
          'bytes_downstream',
          'held_bytes',
          'paused_ms',
          'faults',
        ],
        properties: {
          id: {
            type: 'string',
            description: 'Unique in this life of the daemon.',
          },
          proxy: {
            type: 'string',
            description: 'Its proxy.',
          },
          ordinal: {
            type: 'integer',
            minimum: 0,
            description: 'Its number on that proxy, from 1.',
          },
          client: {
            type: 'string',
            description: 'Address of the client.',
          },
          upstream: {
            type: 'string',
            description: 'Address of the upstream.',
          },
          state: {
            type: 'string',
            enum: ['accepting', 'dialling', 'open', 'closing'],
            description: 'How far it is.',
          },
          age_ms: {
            type: 'number',
            minimum: 0,
            description: 'Since it was accepted.',
          },
          idle_ms: {
            type: 'number',
            minimum: 0,
            description: 'Since a byte last passed.',
          },
          bytes_upstream: {
            type: 'integer',
            minimum: 0,
            description: 'Bytes passed to the upstream.',
          },
          bytes_downstream: {
            type: 'integer',
            minimum: 0,
            description: 'Bytes passed to the client.',
          },
          held_bytes: {
            type: 'integer',
            minimum: 0,
            description: 'Bytes that faults hold.',
          },
          paused_ms: {
            type: 'object',
            description: 'How long each source was left unread.',
            additionalProperties: false,
            required: ['upstream', 'downstream'],
            properties: {
              upstream: {
                type: 'number',
                minimum: 0,
                description: 'The client.',
              },
              downstream: {
                type: 'number',
                minimum: 0,
                description: 'The upstream.',
              },
            },
          },
          faults: {
            type: 'array',
            items: {
              type: 'string',
            },
          },
        },
      },
      ConnectionList: {
        title: 'ConnectionList',
        type: 'object',
        description: 'Open connections.',
        additionalProperties: false,
        required: ['connections', 'total'],
        properties: {
          connections: {
            type: 'array',
            items: {
              $ref: '#/components/schemas/ConnectionInfo',
            },
          },
          total: {
            type: 'integer',
            minimum: 0,
            description: 'How many there are.',
          },
        },
      },
      ConnectionsKilled: {
        title: 'ConnectionsKilled',
        type: 'object',
        description: 'What was closed.',
        additionalProperties: false,
        required: ['closed', 'how'],
        properties: {
          closed: {
            type: 'integer',
            minimum: 0,
            description: 'How many.',
          },
          how: {
            type: 'string',
            enum: ['fin', 'rst'],
            description: 'How.',
          },
        },
      },
      EventPage: {
        title: 'EventPage',
        type: 'object',
        description: 'Events of the journal.',
        additionalProperties: false,
        required: ['events', 'next'],
        properties: {
          events: {
            type: 'array',
            items: {
              type: 'object',
              additionalProperties: true,
              description: 'An event.',
              required: ['id', 'at', 'mono', 'type'],
            },
          },
          gap: {
            type: 'object',
            description: 'Events that are no longer there.',
            additionalProperties: false,
            required: ['from', 'to'],
            properties: {
              from: {
                type: 'integer',
                minimum: 0,
                description: 'First.',
              },
              to: {
                type: 'integer',
                minimum: 0,
                description: 'Last.',
              },
            },
          },
          next: {
            type: 'string',
            description: 'The `since` to go on from.',
          },
        },
      },
      ProfileView: {
        title: 'ProfileView',
        type: 'object',
        description: 'A profile.',
        additionalProperties: false,
        required: ['name', 'description', 'source', 'targets', 'duration_ms', 'stages'],
        properties: {
          name: {
            type: 'string',
            description: 'Its name.',
          },
          description: {
            type: 'string',
            description: 'What it is for.',
          },
          watch: {
            type: 'string',
            description: 'What to look at while it runs.',
          },
          source: {
            type: 'string',
            enum: ['shipped', 'user'],
            description: 'Where it comes from.',
          },
          seed: {
            type: 'string',
            description: 'What all chance follows from.',
          },
          targets: {
            type: 'array',
            items: {
              type: 'string',
            },
          },
          duration_ms: {
            type: 'number',
            minimum: 0,
            description: 'All stages together.',
          },
          stages: {
            type: 'array',
            items: {
              type: 'object',
              description: 'A stage.',
              additionalProperties: false,
              required: ['name', 'duration_ms', 'faults'],
              properties: {
                name: {
                  type: 'string',
                  description: 'Name of the stage.',
                },
                duration_ms: {
                  type: 'number',
                  minimum: 0,
                  description: 'How long it lasts.',
                },
                faults: {
                  type: 'integer',
                  minimum: 0,
                  description: 'How many faults it attaches.',
                },
              },
            },
          },
          problems: {
            type: 'array',
            items: {
              type: 'object',
              description: 'One thing that is wrong.',
              additionalProperties: false,
              required: ['pointer', 'message'],
              properties: {
                pointer: {
                  type: 'string',
                  description: 'JSON pointer into the body, or ?name for a query parameter.',
                },
                message: {
                  type: 'string',
                  description: 'What was found, and what is allowed.',
                },
              },
            },
          },
        },
      },
      ProfileList: {
        title: 'ProfileList',
        type: 'object',
        description: 'Profiles.',
        additionalProperties: false,
        required: ['profiles'],
        properties: {
          profiles: {
            type: 'array',
            items: {
              $ref: '#/components/schemas/ProfileView',
            },
          },
        },
      },
      RunView: {
        title: 'RunView',
        type: 'object',
        description: 'A run.',
        additionalProperties: false,
        required: ['id', 'profile', 'seed', 'status', 'started_at', 'stages', 'faults'],
        properties: {
          id: {
            type: 'string',
            description: 'Its id.',
          },
          profile: {
            type: 'string',
            description: 'Name of its profile.',
          },
          seed: {
            type: 'string',
            description: 'What all chance follows from.',
          },
          status: {
            type: 'string',
            enum: ['running', 'completed', 'failed', 'stopped', 'aborted', 'inconclusive'],
            description: 'How it stands.',
          },
          started_at: {
            type: 'string',
            description: 'ISO 8601.',
          },
          ended_at: {
            type: 'string',
            description: 'ISO 8601.',
          },
          stage: {
            type: 'object',
            description: 'The stage it is in.',
            additionalProperties: false,
            required: ['name', 'index', 'of', 'elapsed_ms', 'duration_ms'],
            properties: {
              name: {
                type: 'string',
                description: 'Its name.',
              },
              index: {
                type: 'integer',
                minimum: 0,
                description: 'From 0.',
              },
              of: {
                type: 'integer',
                minimum: 0,
                description: 'How many there are.',
              },
              elapsed_ms: {
                type: 'number',
                minimum: 0,
                description: 'Since it began.',
              },
              duration_ms: {
                type: 'number',
                minimum: 0,
                description: 'How long it lasts.',
              },
            },
          },
          stages: {
            type: 'array',
            items: {
              type: 'object',
              description: 'A stage.',
              additionalProperties: false,
              required: ['name', 'duration_ms', 'faults'],
              properties: {
                name: {
                  type: 'string',
                  description: 'Name of the stage.',
                },
                duration_ms: {
                  type: 'number',
                  minimum: 0,
                  description: 'How long it lasts.',
                },
                faults: {
                  type: 'integer',
                  minimum: 0,
                  description: 'How many faults it attaches.',
                },
              },
            },
          },
          healed: {
            type: 'boolean',
            description: 'Whether nothing of the run is left.',
          },
          detail: {
            type: 'string',
            description: 'Why it ended as it did.',
          },
          faults: {
            type: 'array',
            items: {
              type: 'object',
              description: 'What a fault of the run did.',
              additionalProperties: false,
              required: ['stage', 'proxy', 'fault', 'kind', 'seen', 'applied'],
              properties: {
                stage: {
                  type: 'string',
                  description: 'Its stage.',
                },
                proxy: {
                  type: 'string',
                  description: 'Its proxy.',
                },
                fault: {
                  type: 'string',
                  description: 'Its name.',
                },
                kind: {
                  type: 'string',
                  description: 'Its kind.',
                },
                seen: {
                  type: 'integer',
                  minimum: 0,
                  description: 'How often it was asked.',
                },
                applied: {
                  type: 'integer',
                  minimum: 0,
                  description: 'How often it applied.',
                },
                asked_ms_mean: {
                  type: 'number',
                  minimum: 0,
                  description: 'Mean delay asked for.',
                },
                achieved_ms_mean: {
                  type: 'number',
                  minimum: 0,
                  description: 'Mean delay achieved.',
                },
              },
            },
          },
        },
      },
      RunList: {
        title: 'RunList',
        type: 'object',
        description: 'Runs.',
        additionalProperties: false,
        required: ['runs'],
        properties: {
          runs: {
            type: 'array',
            items: {
              $ref: '#/components/schemas/RunView',
            },
          },
        },
      },
      ResetDone: {
        title: 'ResetDone',
        type: 'object',
        description: 'What a reset did.',
        additionalProperties: false,
        required: ['proxies', 'faults_removed', 'runs_aborted', 'revision'],
        properties: {
          proxies: {
            type: 'integer',
            minimum: 0,
            description: 'Proxies, all enabled now.',
          },
          faults_removed: {
            type: 'integer',
            minimum: 0,
            description: 'Faults removed.',
          },
          runs_aborted: {
            type: 'integer',
            minimum: 0,
            description: 'Runs ended.',
          },
          revision: {
            type: 'integer',
            minimum: 0,
            description: 'Rises with every change of desired state.',
          },
        },
      },
      InfoView: {
        title: 'InfoView',
        type: 'object',
        description: 'About the daemon.',
        additionalProperties: false,
        required: [
          'version',
          'toxiproxy_version',
          'boot_id',
          'started_at',
          'uptime_ms',
          'node',
          'platform',
          'seed',
          'revision',
          'proxies',
          'runs_live',
          'connections',
          'held_bytes',
        ],
        properties: {
          version: {
            type: 'string',
            description: 'Of faultline.',
          },
          toxiproxy_version: {
            type: 'string',
            description: 'Of the Toxiproxy API.',
          },
          boot_id: {
            type: 'string',
            description: 'Of this life of the daemon; event ids begin with it.',
          },
          started_at: {
            type: 'string',
            description: 'ISO 8601.',
          },
          uptime_ms: {
            type: 'integer',
            minimum: 0,
            description: 'Since it started.',
          },
          node: {
            type: 'string',
            description: 'Version of Node.',
          },
          platform: {
            type: 'string',
            description: 'Operating system.',
          },
          seed: {
            type: 'string',
            description: 'What all chance follows from.',
          },
          revision: {
            type: 'integer',
            minimum: 0,
            description: 'Rises with every change of desired state.',
          },
          proxies: {
            type: 'integer',
            minimum: 0,
            description: 'How many there are.',
          },
          runs_live: {
            type: 'integer',
            minimum: 0,
            description: 'Runs going on.',
          },
          connections: {
            type: 'object',
            description: 'Over all proxies.',
            additionalProperties: false,
            required: ['open', 'limit'],
            properties: {
              open: {
                type: 'integer',
                minimum: 0,
                description: 'Open.',
              },
              limit: {
                type: 'integer',
                minimum: 0,
                description: 'At most.',
              },
            },
          },
          held_bytes: {
            type: 'object',
            description: 'Over all connections.',
            additionalProperties: false,
            required: ['now', 'limit'],
            properties: {
              now: {
                type: 'integer',
                minimum: 0,
                description: 'Held.',
              },
              limit: {
                type: 'integer',
                minimum: 0,
                description: 'At most.',
              },
            },
          },
        },
      },
      HealthView: {
        title: 'HealthView',
        type: 'object',
        description: 'Health.',
        additionalProperties: false,
        required: ['status'],
        properties: {
          status: {
            type: 'string',
            enum: ['ok', 'not_ready'],
            description: 'In a word.',
          },
          waiting_for: {
            type: 'array',
            items: {
              type: 'string',
            },
          },
        },
      },
      VersionView: {
        title: 'VersionView',
        type: 'object',
        description: 'The Toxiproxy version.',
        additionalProperties: false,
        required: ['version'],
        properties: {
          version: {
            type: 'string',
            description: 'Without a v.',
          },
        },
      },
      ProblemView: {
        title: 'ProblemView',
        type: 'object',
        description: 'What is wrong (RFC 9457).',
        additionalProperties: false,
        required: ['type', 'title', 'status', 'code', 'detail', 'remedy', 'request_id'],
        properties: {
          type: {
            type: 'string',
            description: 'A URN with the code.',
          },
          title: {
            type: 'string',
            description: 'What the code means.',
          },
          status: {
            type: 'integer',
            minimum: 0,
            description: 'HTTP status.',
          },
          code: {
            type: 'string',
            enum: [
              'invalid_request',
              'invalid_json',
              'unauthorized',
              'forbidden_host',
              'upstream_not_allowed',
              'route_not_found',
              'proxy_not_found',
              'fault_not_found',
              'kind_not_found',
              'profile_not_found',
              'run_not_found',
              'connection_not_found',
              'method_not_allowed',
              'proxy_exists',
              'fault_exists',
              'address_in_use',
              'address_not_available',
              'listen_failed',
              'owned_by_run',
              'target_busy',
              'run_ended',
              'body_too_large',
              'kind_not_for_protocol',
              'kind_unsupported',
              'invalid_fault',
              'invalid_config',
              'invalid_profile',
              'limit_reached',
              'internal',
              'shutting_down',
            ],
            description: 'To tell errors apart by.',
          },
          detail: {
            type: 'string',
            description: 'What was attempted, what was found and what is allowed.',
          },
          pointer: {
            type: 'string',
            description: 'JSON pointer into the body, or ?name for a query parameter.',
          },
          remedy: {
            type: 'string',
            description: 'What to do.',
          },
          problems: {
            type: 'array',
            items: {
              type: 'object',
              description: 'One thing that is wrong.',
              additionalProperties: false,
              required: ['pointer', 'message'],
              properties: {
                pointer: {
                  type: 'string',
                  description: 'JSON pointer into the body, or ?name for a query parameter.',
                },
                message: {
                  type: 'string',
                  description: 'What was found, and what is allowed.',
                },
              },
            },
          },
          request_id: {
            type: 'string',
            description: 'Also in the log, and in x-request-id.',
          },
        },
      },
      'Fault.connect_stall': {
        title: 'connect_stall',
        type: 'object',
        description: 'Let connects neither succeed nor fail, as behind a firewall that drops packets.',
        additionalProperties: false,
        required: ['kind'],
        properties: {
          name: {
            type: 'string',
            pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$',
            'x-allowed': 'a name of 1 to 100 letters, digits, ".", "_" and "-" that begins with a letter or digit',
            description: 'Unique on the proxy. Default: <kind>_<stream>, or <kind> where there is no stream.',
          },
          kind: {
            type: 'string',
            enum: ['connect_stall'],
          },
          attributes: {
            type: 'object',
            additionalProperties: false,
            required: [],
            properties: {},
          },
          toxicity: {
            type: 'number',
            minimum: 0,
            maximum: 1,
            default: 1,
            description: 'Chance that the fault applies to a connection, 0 to 1.',
          },
          trigger: {
            type: 'object',
            additionalProperties: false,
            required: [],
            properties: {
              first: {
                type: 'integer',
                minimum: 1,
                maximum: 9007199254740991,
                description: 'Only the first so many.',
                'x-optional': true,
              },
              nth: {
                type: 'integer',
                minimum: 1,
                maximum: 9007199254740991,
                description: 'Only the one with this number.',
                'x-optional': true,
              },
              every: {
                type: 'integer',
                minimum: 1,
                maximum: 9007199254740991,
                description: 'Every n-th, for this n.',
                'x-optional': true,
              },
              after: {
                type: 'integer',
                minimum: 0,
                maximum: 9007199254740991,
                description: 'Only those after the first so many.',
                'x-optional': true,
              },
              times: {
                type: 'integer',
                minimum: 1,
                maximum: 9007199254740991,
                description: 'At most so many that the fault applied to.',
                'x-optional': true,
              },
              for: {
                type: ['integer', 'string'],
                'x-unit': 'ms',
                pattern: '^(\\d+(\\.\\d+)?(us|ms|s|m|h))+$',
                minimum: 1,
                maximum: 86400000,
                description: 'Only for so long after the fault was attached.',
                'x-optional': true,
              },
            },
            minProperties: 1,
            description: 'Counts and windows instead of chance; connections that match are counted 1, 2, ...',
            'x-optional': true,
          },
          match: {
            type: 'object',
            additionalProperties: false,
            required: ['client'],
            properties: {
              client: {
                type: 'array',
                items: {
                  type: 'string',
                  minLength: 1,
                  maxLength: 64,
                  description: 'Such as 127.0.0.1 or 10.0.0.0/8.',
                },
                minItems: 1,
                maxItems: 100,
                description: 'Client addresses, each an IP address or a CIDR range.',
              },
            },
            description: 'Which connections the fault looks at.',
            'x-optional': true,
          },
          key: {
            type: 'object',
            additionalProperties: false,
            required: ['client'],
            properties: {
              client: {
                type: 'string',
                enum: ['address'],
                description: 'The address of the client, without its port.',
              },
            },
            description: 'Makes the draw follow a value instead of the order of arrival.',
            'x-optional': true,
          },
          applies_to: {
            type: 'string',
            enum: ['new', 'existing', 'both'],
            default: 'both',
            description: 'Which connections: those opened after the fault was attached, those open before, or both.',
          },
          enabled: {
            type: 'boolean',
            default: true,
            description: 'A fault that is not enabled stays attached and does nothing.',
          },
          dry_run: {
            type: 'boolean',
            default: false,
            description: 'Decide and count, but do nothing.',
          },
        },
      },
      'Fault.connection_limit': {
        title: 'connection_limit',
        type: 'object',
        description: 'Let only so many connections be open at the same time.',
        additionalProperties: false,
        required: ['kind'],
        properties: {
          name: {
            type: 'string',
            pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$',
            'x-allowed': 'a name of 1 to 100 letters, digits, ".", "_" and "-" that begins with a letter or digit',
            description: 'Unique on the proxy. Default: <kind>_<stream>, or <kind> where there is no stream.',
          },
          kind: {
            type: 'string',
            enum: ['connection_limit'],
          },
          attributes: {
            type: 'object',
            additionalProperties: false,
            required: [],
            properties: {
              limit: {
                type: 'integer',
                minimum: 0,
                maximum: 1000000,
                default: 1,
                description: 'Connections that may be open at once.',
              },
              mode: {
                type: 'string',
                enum: ['reset_new', 'queue', 'reset_oldest'],
                default: 'reset_new',
                description: 'What becomes of one too many.',
              },
            },
          },
          toxicity: {
            type: 'number',
            minimum: 0,
            maximum: 1,
            default: 1,
            description: 'Chance that the fault applies to a connection, 0 to 1.',
          },
          trigger: {
            type: 'object',
            additionalProperties: false,
            required: [],
            properties: {
              first: {
                type: 'integer',
                minimum: 1,
                maximum: 9007199254740991,
                description: 'Only the first so many.',
                'x-optional': true,
              },
              nth: {
                type: 'integer',
                minimum: 1,
                maximum: 9007199254740991,
                description: 'Only the one with this number.',
                'x-optional': true,
              },
              every: {
                type: 'integer',
                minimum: 1,
                maximum: 9007199254740991,
                description: 'Every n-th, for this n.',
                'x-optional': true,
              },
              after: {
                type: 'integer',
                minimum: 0,
                maximum: 9007199254740991,
                description: 'Only those after the first so many.',
                'x-optional': true,
              },
              times: {
                type: 'integer',
                minimum: 1,
                maximum: 9007199254740991,
                description: 'At most so many that the fault applied to.',
                'x-optional': true,
              },
              for: {
                type: ['integer', 'string'],
                'x-unit': 'ms',
                pattern: '^(\\d+(\\.\\d+)?(us|ms|s|m|h))+$',
                minimum: 1,
                maximum: 86400000,
                description: 'Only for so long after the fault was attached.',
                'x-optional': true,
              },
            },
            minProperties: 1,
            description: 'Counts and windows instead of chance; connections that match are counted 1, 2, ...',
            'x-optional': true,
          },
          match: {
            type: 'object',
            additionalProperties: false,
            required: ['client'],
            properties: {
              client: {
                type: 'array',
                items: {
                  type: 'string',
                  minLength: 1,
                  maxLength: 64,
                  description: 'Such as 127.0.0.1 or 10.0.0.0/8.',
                },
                minItems: 1,
                maxItems: 100,
                description: 'Client addresses, each an IP address or a CIDR range.',
              },
            },
            description: 'Which connections the fault looks at.',
            'x-optional': true,
          },
          key: {
            type: 'object',
            additionalProperties: false,
            required: ['client'],
            properties: {
              client: {
                type: 'string',
                enum: ['address'],
                description: 'The address of the client, without its port.',
              },
            },
            description: 'Makes the draw follow a value instead of the order of arrival.',
            'x-optional': true,
          },
          applies_to: {
            type: 'string',
            enum: ['new', 'existing', 'both'],
            default: 'both',
            description: 'Which connections: those opened after the fault was attached, those open before, or both.',
          },
          enabled: {
            type: 'boolean',
            default: true,
            description: 'A fault that is not enabled stays attached and does nothing.',
          },
          dry_run: {
            type: 'boolean',
            default: false,
            description: 'Decide and count, but do nothing.',
          },
        },
      },
      'Fault.idle_close': {
        title: 'idle_close',
        type: 'object',
        description: 'Close a connection on which no byte has passed for a time, in either direction.',
        additionalProperties: false,
        required: ['kind'],
        properties: {
          name: {
            type: 'string',
            pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$',
            'x-allowed': 'a name of 1 to 100 letters, digits, ".", "_" and "-" that begins with a letter or digit',
            description: 'Unique on the proxy. Default: <kind>_<stream>, or <kind> where there is no stream.',
          },
          kind: {
            type: 'string',
            enum: ['idle_close'],
          },
          attributes: {
            type: 'object',
            additionalProperties: false,
            required: [],
            properties: {
              idle: {
                type: ['integer', 'string'],
                'x-unit': 'ms',
                pattern: '^(\\d+(\\.\\d+)?(us|ms|s|m|h))+$',
                minimum: 1,
                maximum: 86400000,
                default: 60000,
                description: 'Time without a byte.',
              },
              how: {
                type: 'string',
                enum: ['fin', 'rst'],
                default: 'fin',
                description: 'Close with FIN, or reset.',
              },
            },
          },
          toxicity: {
            type: 'number',
            minimum: 0,
            maximum: 1,
            default: 1,
            description: 'Chance that the fault applies to a connection, 0 to 1.',
          },
          trigger: {
            type: 'object',
            additionalProperties: false,
            required: [],
            properties: {
              first: {
                type: 'integer',
                minimum: 1,
                maximum: 9007199254740991,
                description: 'Only the first so many.',
                'x-optional': true,
              },
              nth: {
                type: 'integer',
                minimum: 1,
                maximum: 9007199254740991,
                description: 'Only the one with this number.',
                'x-optional': true,
              },
              every: {
                type: 'integer',
                minimum: 1,
                maximum: 9007199254740991,
                description: 'Every n-th, for this n.',
                'x-optional': true,
              },
              after: {
                type: 'integer',
                minimum: 0,
                maximum: 9007199254740991,
                description: 'Only those after the first so many.',
                'x-optional': true,
              },
              times: {
                type: 'integer',
                minimum: 1,
                maximum: 9007199254740991,
                description: 'At most so many that the fault applied to.',
                'x-optional': true,
              },
              for: {
                type: ['integer', 'string'],
                'x-unit': 'ms',
                pattern: '^(\\d+(\\.\\d+)?(us|ms|s|m|h))+$',
                minimum: 1,
                maximum: 86400000,
                description: 'Only for so long after the fault was attached.',
                'x-optional': true,
              },
            },
            minProperties: 1,
            description: 'Counts and windows instead of chance; connections that match are counted 1, 2, ...',
            'x-optional': true,
          },
          match: {
            type: 'object',
            additionalProperties: false,
            required: ['client'],
            properties: {
              client: {
                type: 'array',
                items: {
                  type: 'string',
                  minLength: 1,
                  maxLength: 64,
                  description: 'Such as 127.0.0.1 or 10.0.0.0/8.',
                },
                minItems: 1,
                maxItems: 100,
                description: 'Client addresses, each an IP address or a CIDR range.',
              },
            },
            description: 'Which connections the fault looks at.',
            'x-optional': true,
          },
          key: {
            type: 'object',
            additionalProperties: false,
            required: ['client'],
            properties: {
              client: {
                type: 'string',
                enum: ['address'],
                description: 'The address of the client, without its port.',
              },
            },
            description: 'Makes the draw follow a value instead of the order of arrival.',
            'x-optional': true,
          },
          applies_to: {
            type: 'string',
            enum: ['new', 'existing', 'both'],
            default: 'both',
            description: 'Which connections: those opened after the fault was attached, those open before, or both.',
          },
          enabled: {
            type: 'boolean',
            default: true,
            description: 'A fault that is not enabled stays attached and does nothing.',
          },
          dry_run: {
            type: 'boolean',
            default: false,
            description: 'Decide and count, but do nothing.',
          },
        },
      },
      'Fault.max_age': {
        title: 'max_age',
        type: 'object',
        description: 'Close a connection that has reached an age, busy or not.',
        additionalProperties: false,
        required: ['kind'],
        properties: {
          name: {
            type: 'string',
            pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$',
            'x-allowed': 'a name of 1 to 100 letters, digits, ".", "_" and "-" that begins with a letter or digit',
            description: 'Unique on the proxy. Default: <kind>_<stream>, or <kind> where there is no stream.',
          },
          kind: {
            type: 'string',
            enum: ['max_age'],
          },
          attributes: {
            type: 'object',
            additionalProperties: false,
            required: [],
            properties: {
              age: {
                type: ['integer', 'string'],
                'x-unit': 'ms',
                pattern: '^(\\d+(\\.\\d+)?(us|ms|s|m|h))+$',
                minimum: 1,
                maximum: 86400000,
                default: 60000,
                description: 'Age at which it is closed.',
              },
              jitter: {
                type: ['integer', 'string'],
                'x-unit': 'ms',
                pattern: '^(\\d+(\\.\\d+)?(us|ms|s|m|h))+$',
                minimum: 0,
                maximum: 86400000,
                default: 0,
                description: 'Most that one age may differ from `age`.',
              },
              how: {
                type: 'string',
                enum: ['fin', 'rst'],
                default: 'fin',
                description: 'Close with FIN, or reset.',
              },
            },
          },
          toxicity: {
            type: 'number',
            minimum: 0,
            maximum: 1,
            default: 1,
            description: 'Chance that the fault applies to a connection, 0 to 1.',
          },
          trigger: {
            type: 'object',
            additionalProperties: false,
            required: [],
            properties: {
              first: {
                type: 'integer',
                minimum: 1,
                maximum: 9007199254740991,
                description: 'Only the first so many.',
                'x-optional': true,
              },
              nth: {
                type: 'integer',
                minimum: 1,
                maximum: 9007199254740991,
                description: 'Only the one with this number.',
                'x-optional': true,
              },
              every: {
                type: 'integer',
                minimum: 1,
                maximum: 9007199254740991,
                description: 'Every n-th, for this n.',
                'x-optional': true,
              },
              after: {
                type: 'integer',
                minimum: 0,
                maximum: 9007199254740991,
                description: 'Only those after the first so many.',
                'x-optional': true,
              },
              times: {
                type: 'integer',
                minimum: 1,
                maximum: 9007199254740991,
                description: 'At most so many that the fault applied to.',
                'x-optional': true,
              },
              for: {
                type: ['integer', 'string'],
                'x-unit': 'ms',
                pattern: '^(\\d+(\\.\\d+)?(us|ms|s|m|h))+$',
                minimum: 1,
                maximum: 86400000,
                description: 'Only for so long after the fault was attached.',
                'x-optional': true,
              },
            },
            minProperties: 1,
            description: 'Counts and windows instead of chance; connections that match are counted 1, 2, ...',
            'x-optional': true,
          },
          match: {
            type: 'object',
            additionalProperties: false,
            required: ['client'],
            properties: {
              client: {
                type: 'array',
                items: {
                  type: 'string',
                  minLength: 1,
                  maxLength: 64,
                  description: 'Such as 127.0.0.1 or 10.0.0.0/8.',
                },
                minItems: 1,
                maxItems: 100,
                description: 'Client addresses, each an IP address or a CIDR range.',
              },
            },
            description: 'Which connections the fault looks at.',
            'x-optional': true,
          },
          key: {
            type: 'object',
            additionalProperties: false,
            required: ['client'],
            properties: {
              client: {
                type: 'string',
                enum: ['address'],
                description: 'The address of the client, without its port.',
              },
            },
            description: 'Makes the draw follow a value instead of the order of arrival.',
            'x-optional': true,
          },
          applies_to: {
            type: 'string',
            enum: ['new', 'existing', 'both'],
            default: 'both',
            description: 'Which connections: those opened after the fault was attached, those open before, or both.',
          },
          enabled: {
            type: 'boolean',
            default: true,
            description: 'A fault that is not enabled stays attached and does nothing.',
          },
          dry_run: {
            type: 'boolean',
            default: false,
            description: 'Decide and count, but do nothing.',
          },
        },
      },
      'Fault.refuse': {
        title: 'refuse',
        type: 'object',
        description: 'Refuse new connections, as a process that is not running would.',
        additionalProperties: false,
        required: ['kind'],
        properties: {
          name: {
            type: 'string',
            pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$',
            'x-allowed': 'a name of 1 to 100 letters, digits, ".", "_" and "-" that begins with a letter or digit',
            description: 'Unique on the proxy. Default: <kind>_<stream>, or <kind> where there is no stream.',
          },
          kind: {
            type: 'string',
            enum: ['refuse'],
          },
          attributes: {
            type: 'object',
            additionalProperties: false,
            required: [],
            properties: {
              mode: {
                type: 'string',
                enum: ['close_listener', 'reset'],
                default: 'close_listener',
                description: 'Close the listening port, or accept and reset.',
              },
            },
          },
          toxicity: {
            type: 'number',
            minimum: 0,
            maximum: 1,
            default: 1,
            description: 'Chance that the fault applies to a connection, 0 to 1.',
          },
          trigger: {
            type: 'object',
            additionalProperties: false,
            required: [],
            properties: {
              first: {
                type: 'integer',
                minimum: 1,
                maximum: 9007199254740991,
                description: 'Only the first so many.',
                'x-optional': true,
              },
              nth: {
                type: 'integer',
                minimum: 1,
                maximum: 9007199254740991,
                description: 'Only the one with this number.',
                'x-optional': true,
              },
              every: {
                type: 'integer',
                minimum: 1,
                maximum: 9007199254740991,
                description: 'Every n-th, for this n.',
                'x-optional': true,
              },
              after: {
                type: 'integer',
                minimum: 0,
                maximum: 9007199254740991,
                description: 'Only those after the first so many.',
                'x-optional': true,
              },
              times: {
                type: 'integer',
                minimum: 1,
                maximum: 9007199254740991,
                description: 'At most so many that the fault applied to.',
                'x-optional': true,
              },
              for: {
                type: ['integer', 'string'],
                'x-unit': 'ms',
                pattern: '^(\\d+(\\.\\d+)?(us|ms|s|m|h))+$',
                minimum: 1,
                maximum: 86400000,
                description: 'Only for so long after the fault was attached.',
                'x-optional': true,
              },
            },
            minProperties: 1,
            description: 'Counts and windows instead of chance; connections that match are counted 1, 2, ...',
            'x-optional': true,
          },
          match: {
            type: 'object',
            additionalProperties: false,
            required: ['client'],
            properties: {
              client: {
                type: 'array',
                items: {
                  type: 'string',
                  minLength: 1,
                  maxLength: 64,
                  description: 'Such as 127.0.0.1 or 10.0.0.0/8.',
                },
                minItems: 1,
                maxItems: 100,
                description: 'Client addresses, each an IP address or a CIDR range.',
              },
            },
            description: 'Which connections the fault looks at.',
            'x-optional': true,
          },
          key: {
            type: 'object',
            additionalProperties: false,
            required: ['client'],
            properties: {
              client: {
                type: 'string',
                enum: ['address'],
                description: 'The address of the client, without its port.',
              },
            },
            description: 'Makes the draw follow a value instead of the order of arrival.',
            'x-optional': true,
          },
          applies_to: {
            type: 'string',
            enum: ['new', 'existing', 'both'],
            default: 'both',
            description: 'Which connections: those opened after the fault was attached, those open before, or both.',
          },
          enabled: {
            type: 'boolean',
            default: true,
            description: 'A fault that is not enabled stays attached and does nothing.',
          },
          dry_run: {
            type: 'boolean',
            default: false,
            description: 'Decide and count, but do nothing.',
          },
        },
      },
      'Fault.slow_accept': {
        title: 'slow_accept',
        type: 'object',
        description: 'Leave a new connection lying for a time: nothing is read, the upstream is not dialled.',
        additionalProperties: false,
        required: ['kind'],
        properties: {
          name: {
            type: 'string',
            pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$',
            'x-allowed': 'a name of 1 to 100 letters, digits, ".", "_" and "-" that begins with a letter or digit',
            description: 'Unique on the proxy. Default: <kind>_<stream>, or <kind> where there is no stream.',
          },
          kind: {
            type: 'string',
            enum: ['slow_accept'],
          },
          attributes: {
            type: 'object',
            additionalProperties: false,
            required: [],
            properties: {
              delay: {
                type: ['integer', 'string'],
                'x-unit': 'ms',
                pattern: '^(\\d+(\\.\\d+)?(us|ms|s|m|h))+$',
                minimum: 0,
                maximum: 86400000,
                default: 1000,
                description: 'Time from accepting to dialling.',
              },
              jitter: {
                type: ['integer', 'string'],
                'x-unit': 'ms',
                pattern: '^(\\d+(\\.\\d+)?(us|ms|s|m|h))+$',
                minimum: 0,
                maximum: 86400000,
                default: 0,
                description: 'Most that one delay may differ from `delay`.',
              },
            },
          },
          toxicity: {
            type: 'number',
            minimum: 0,
            maximum: 1,
            default: 1,
            description: 'Chance that the fault applies to a connection, 0 to 1.',
          },
          trigger: {
            type: 'object',
            additionalProperties: false,
            required: [],
            properties: {
              first: {
                type: 'integer',
                minimum: 1,
                maximum: 9007199254740991,
                description: 'Only the first so many.',
                'x-optional': true,
              },
              nth: {
                type: 'integer',
                minimum: 1,
                maximum: 9007199254740991,
                description: 'Only the one with this number.',
                'x-optional': true,
              },
              every: {
                type: 'integer',
                minimum: 1,
                maximum: 9007199254740991,
                description: 'Every n-th, for this n.',
                'x-optional': true,
              },
              after: {
                type: 'integer',
                minimum: 0,
                maximum: 9007199254740991,
                description: 'Only those after the first so many.',
                'x-optional': true,
              },
              times: {
                type: 'integer',
                minimum: 1,
                maximum: 9007199254740991,
                description: 'At most so many that the fault applied to.',
                'x-optional': true,
              },
              for: {
                type: ['integer', 'string'],
                'x-unit': 'ms',
                pattern: '^(\\d+(\\.\\d+)?(us|ms|s|m|h))+$',
                minimum: 1,
                maximum: 86400000,
                description: 'Only for so long after the fault was attached.',
                'x-optional': true,
              },
            },
            minProperties: 1,
            description: 'Counts and windows instead of chance; connections that match are counted 1, 2, ...',
            'x-optional': true,
          },
          match: {
            type: 'object',
            additionalProperties: false,
            required: ['client'],
            properties: {
              client: {
                type: 'array',
                items: {
                  type: 'string',
                  minLength: 1,
                  maxLength: 64,
                  description: 'Such as 127.0.0.1 or 10.0.0.0/8.',
                },
                minItems: 1,
                maxItems: 100,
                description: 'Client addresses, each an IP address or a CIDR range.',
              },
            },
            description: 'Which connections the fault looks at.',
            'x-optional': true,
          },
          key: {
            type: 'object',
            additionalProperties: false,
            required: ['client'],
            properties: {
              client: {
                type: 'string',
                enum: ['address'],
                description: 'The address of the client, without its port.',
              },
            },
            description: 'Makes the draw follow a value instead of the order of arrival.',
            'x-optional': true,
          },
          applies_to: {
            type: 'string',
            enum: ['new', 'existing', 'both'],
            default: 'both',
            description: 'Which connections: those opened after the fault was attached, those open before, or both.',
          },
          enabled: {
            type: 'boolean',
            default: true,
            description: 'A fault that is not enabled stays attached and does nothing.',
          },
          dry_run: {
            type: 'boolean',
            default: false,
            description: 'Decide and count, but do nothing.',
          },
        },
      },
      'Fault.slow_dial': {
        title: 'slow_dial',
        type: 'object',
        description: 'Dial the upstream late, as when its SYN was lost or its name is slow to look up.',
        additionalProperties: false,
        required: ['kind'],
        properties: {
          name: {
            type: 'string',
            pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$',
            'x-allowed': 'a name of 1 to 100 letters, digits, ".", "_" and "-" that begins with a letter or digit',
            description: 'Unique on the proxy. Default: <kind>_<stream>, or <kind> where there is no stream.',
          },
          kind: {
            type: 'string',
            enum: ['slow_dial'],
          },
          attributes: {
            type: 'object',
            additionalProperties: false,
            required: [],
            properties: {
              delay: {
                type: ['integer', 'string'],
                'x-unit': 'ms',
                pattern: '^(\\d+(\\.\\d+)?(us|ms|s|m|h))+$',
                minimum: 0,
                maximum: 86400000,
                default: 1000,
                description: 'Time before the dial.',
              },
              jitter: {
                type: ['integer', 'string'],
                'x-unit': 'ms',
                pattern: '^(\\d+(\\.\\d+)?(us|ms|s|m|h))+$',
                minimum: 0,
                maximum: 86400000,
                default: 0,
                description: 'Most that one delay may differ from `delay`.',
              },
            },
          },
          toxicity: {
            type: 'number',
            minimum: 0,
            maximum: 1,
            default: 1,
            description: 'Chance that the fault applies to a connection, 0 to 1.',
          },
          trigger: {
            type: 'object',
            additionalProperties: false,
            required: [],
            properties: {
              first: {
                type: 'integer',
                minimum: 1,
                maximum: 9007199254740991,
                description: 'Only the first so many.',
                'x-optional': true,
              },
              nth: {
                type: 'integer',
                minimum: 1,
                maximum: 9007199254740991,
                description: 'Only the one with this number.',
                'x-optional': true,
              },
              every: {
                type: 'integer',
                minimum: 1,
                maximum: 9007199254740991,
                description: 'Every n-th, for this n.',
                'x-optional': true,
              },
              after: {
                type: 'integer',
                minimum: 0,
                maximum: 9007199254740991,
                description: 'Only those after the first so many.',
                'x-optional': true,
              },
              times: {
                type: 'integer',
                minimum: 1,
                maximum: 9007199254740991,
                description: 'At most so many that the fault applied to.',
                'x-optional': true,
              },
              for: {
                type: ['integer', 'string'],
                'x-unit': 'ms',
                pattern: '^(\\d+(\\.\\d+)?(us|ms|s|m|h))+$',
                minimum: 1,
                maximum: 86400000,
                description: 'Only for so long after the fault was attached.',
                'x-optional': true,
              },
            },
            minProperties: 1,
            description: 'Counts and windows instead of chance; connections that match are counted 1, 2, ...',
            'x-optional': true,
          },
          match: {
            type: 'object',
            additionalProperties: false,
            required: ['client'],
            properties: {
              client: {
                type: 'array',
                items: {
                  type: 'string',
                  minLength: 1,
                  maxLength: 64,
                  description: 'Such as 127.0.0.1 or 10.0.0.0/8.',
                },
                minItems: 1,
                maxItems: 100,
                description: 'Client addresses, each an IP address or a CIDR range.',
              },
            },
            description: 'Which connections the fault looks at.',
            'x-optional': true,
          },
          key: {
            type: 'object',
            additionalProperties: false,
            required: ['client'],
            properties: {
              client: {
                type: 'string',
                enum: ['address'],
                description: 'The address of the client, without its port.',
              },
            },
            description: 'Makes the draw follow a value instead of the order of arrival.',
            'x-optional': true,
          },
          applies_to: {
            type: 'string',
            enum: ['new', 'existing', 'both'],
            default: 'both',
            description: 'Which connections: those opened after the fault was attached, those open before, or both.',
          },
          enabled: {
            type: 'boolean',
            default: true,
            description: 'A fault that is not enabled stays attached and does nothing.',
          },
          dry_run: {
            type: 'boolean',
            default: false,
            description: 'Decide and count, but do nothing.',
          },
        },
      },
      'Fault.bandwidth': {
        title: 'bandwidth',
        type: 'object',
        description: 'Let only so many kilobytes through in a second.',
        additionalProperties: false,
        required: ['kind'],
        properties: {
          name: {
            type: 'string',
            pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$',
            'x-allowed': 'a name of 1 to 100 letters, digits, ".", "_" and "-" that begins with a letter or digit',
            description: 'Unique on the proxy. Default: <kind>_<stream>, or <kind> where there is no stream.',
          },
          kind: {
            type: 'string',
            enum: ['bandwidth'],
          },
          stream: {
            type: 'string',
            enum: ['upstream', 'downstream'],
            default: 'downstream',
            description: 'Direction: upstream is client to server, downstream is server to client.',
          },
          attributes: {
            type: 'object',
            additionalProperties: false,
            required: [],
            properties: {
              rate: {
                type: 'integer',
                minimum: 0,
                maximum: 9007199254740991,
                default: 0,
                description: 'Kilobytes (1,000 bytes) per second. 0 blocks.',
              },
            },
          },
          toxicity: {
            type: 'number',
            minimum: 0,
            maximum: 1,
            default: 1,
            description: 'Chance that the fault applies to a connection, 0 to 1.',
          },
          trigger: {
            type: 'object',
            additionalProperties: false,
            required: [],
            properties: {
              first: {
                type: 'integer',
                minimum: 1,
                maximum: 9007199254740991,
                description: 'Only the first so many.',
                'x-optional': true,
              },
              nth: {
                type: 'integer',
                minimum: 1,
                maximum: 9007199254740991,
                description: 'Only the one with this number.',
                'x-optional': true,
              },
              every: {
                type: 'integer',
                minimum: 1,
                maximum: 9007199254740991,
                description: 'Every n-th, for this n.',
                'x-optional': true,
              },
              after: {
                type: 'integer',
                minimum: 0,
                maximum: 9007199254740991,
                description: 'Only those after the first so many.',
                'x-optional': true,
              },
              times: {
                type: 'integer',
                minimum: 1,
                maximum: 9007199254740991,
                description: 'At most so many that the fault applied to.',
                'x-optional': true,
              },
              for: {
                type: ['integer', 'string'],
                'x-unit': 'ms',
                pattern: '^(\\d+(\\.\\d+)?(us|ms|s|m|h))+$',
                minimum: 1,
                maximum: 86400000,
                description: 'Only for so long after the fault was attached.',
                'x-optional': true,
              },
            },
            minProperties: 1,
            description: 'Counts and windows instead of chance; connections that match are counted 1, 2, ...',
            'x-optional': true,
          },
          match: {
            type: 'object',
            additionalProperties: false,
            required: ['client'],
            properties: {
              client: {
                type: 'array',
                items: {
                  type: 'string',
                  minLength: 1,
                  maxLength: 64,
                  description: 'Such as 127.0.0.1 or 10.0.0.0/8.',
                },
                minItems: 1,
                maxItems: 100,
                description: 'Client addresses, each an IP address or a CIDR range.',
              },
            },
            description: 'Which connections the fault looks at.',
            'x-optional': true,
          },
          key: {
            type: 'object',
            additionalProperties: false,
            required: ['client'],
            properties: {
              client: {
                type: 'string',
                enum: ['address'],
                description: 'The address of the client, without its port.',
              },
            },
            description: 'Makes the draw follow a value instead of the order of arrival.',
            'x-optional': true,
          },
          applies_to: {
            type: 'string',
            enum: ['new', 'existing', 'both'],
            default: 'both',
            description: 'Which connections: those opened after the fault was attached, those open before, or both.',
          },
          enabled: {
            type: 'boolean',
            default: true,
            description: 'A fault that is not enabled stays attached and does nothing.',
          },
          dry_run: {
            type: 'boolean',
            default: false,
            description: 'Decide and count, but do nothing.',
          },
        },
      },
      'Fault.blackhole': {
        title: 'blackhole',
        type: 'object',
        description: 'Let nothing pass: no byte, no end, no reset.',
        additionalProperties: false,
        required: ['kind'],
        properties: {
          name: {
            type: 'string',
            pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$',
            'x-allowed': 'a name of 1 to 100 letters, digits, ".", "_" and "-" that begins with a letter or digit',
            description: 'Unique on the proxy. Default: <kind>_<stream>, or <kind> where there is no stream.',
          },
          kind: {
            type: 'string',
            enum: ['blackhole'],
          },
          stream: {
            type: 'string',
            enum: ['upstream', 'downstream'],
            default: 'downstream',
            description: 'Direction: upstream is client to server, downstream is server to client.',
          },
          attributes: {
            type: 'object',
            additionalProperties: false,
            required: [],
            properties: {
              mode: {
                type: 'string',
                enum: ['discard', 'stall'],
                default: 'discard',
                description: 'What becomes of the bytes: thrown away, or left with the writer.',
              },
            },
          },
          toxicity: {
            type: 'number',
            minimum: 0,
            maximum: 1,
            default: 1,
            description: 'Chance that the fault applies to a connection, 0 to 1.',
          },
          trigger: {
            type: 'object',
            additionalProperties: false,
            required: [],
            properties: {
              first: {
                type: 'integer',
                minimum: 1,
                maximum: 9007199254740991,
                description: 'Only the first so many.',
                'x-optional': true,
              },
              nth: {
                type: 'integer',
                minimum: 1,
                maximum: 9007199254740991,
                description: 'Only the one with this number.',
                'x-optional': true,
              },
              every: {
                type: 'integer',
                minimum: 1,
                maximum: 9007199254740991,
                description: 'Every n-th, for this n.',
                'x-optional': true,
              },
              after: {
                type: 'integer',
                minimum: 0,
                maximum: 9007199254740991,
                description: 'Only those after the first so many.',
                'x-optional': true,
              },
              times: {
                type: 'integer',
                minimum: 1,
                maximum: 9007199254740991,
                description: 'At most so many that the fault applied to.',
                'x-optional': true,
              },
              for: {
                type: ['integer', 'string'],
                'x-unit': 'ms',
                pattern: '^(\\d+(\\.\\d+)?(us|ms|s|m|h))+$',
                minimum: 1,
                maximum: 86400000,
                description: 'Only for so long after the fault was attached.',
                'x-optional': true,
              },
            },
            minProperties: 1,
            description: 'Counts and windows instead of chance; connections that match are counted 1, 2, ...',
            'x-optional': true,
          },
          match: {
            type: 'object',
            additionalProperties: false,
            required: ['client'],
            properties: {
              client: {
                type: 'array',
                items: {
                  type: 'string',
                  minLength: 1,
                  maxLength: 64,
                  description: 'Such as 127.0.0.1 or 10.0.0.0/8.',
                },
                minItems: 1,
                maxItems: 100,
                description: 'Client addresses, each an IP address or a CIDR range.',
              },
            },
            description: 'Which connections the fault looks at.',
            'x-optional': true,
          },
          key: {
            type: 'object',
            additionalProperties: false,
            required: ['client'],
            properties: {
              client: {
                type: 'string',
                enum: ['address'],
                description: 'The address of the client, without its port.',
              },
            },
            description: 'Makes the draw follow a value instead of the order of arrival.',
            'x-optional': true,
          },
          applies_to: {
            type: 'string',
            enum: ['new', 'existing', 'both'],
            default: 'both',
            description: 'Which connections: those opened after the fault was attached, those open before, or both.',
          },
          enabled: {
            type: 'boolean',
            default: true,
            description: 'A fault that is not enabled stays attached and does nothing.',
          },
          dry_run: {
            type: 'boolean',
            default: false,
            description: 'Decide and count, but do nothing.',
          },
        },
      },
      'Fault.corrupt': {
        title: 'corrupt',
        type: 'object',
        description: 'Flip single bits in some of the bytes.',
        additionalProperties: false,
        required: ['kind'],
        properties: {
          name: {
            type: 'string',
            pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$',
            'x-allowed': 'a name of 1 to 100 letters, digits, ".", "_" and "-" that begins with a letter or digit',
            description: 'Unique on the proxy. Default: <kind>_<stream>, or <kind> where there is no stream.',
          },
          kind: {
            type: 'string',
            enum: ['corrupt'],
          },
          stream: {
            type: 'string',
            enum: ['upstream', 'downstream'],
            default: 'downstream',
            description: 'Direction: upstream is client to server, downstream is server to client.',
          },
          attributes: {
            type: 'object',
            additionalProperties: false,
            required: [],
            properties: {
              rate: {
                type: 'number',
                minimum: 0,
                maximum: 1,
                default: 0.001,
                description: 'Share of bytes that are hit, 0 to 1.',
              },
            },
          },
          toxicity: {
            type: 'number',
            minimum: 0,
            maximum: 1,
            default: 1,
            description: 'Chance that the fault applies to a connection, 0 to 1.',
          },
          trigger: {
            type: 'object',
            additionalProperties: false,
            required: [],
            properties: {
              first: {
                type: 'integer',
                minimum: 1,
                maximum: 9007199254740991,
                description: 'Only the first so many.',
                'x-optional': true,
              },
              nth: {
                type: 'integer',
                minimum: 1,
                maximum: 9007199254740991,
                description: 'Only the one with this number.',
                'x-optional': true,
              },
              every: {
                type: 'integer',
                minimum: 1,
                maximum: 9007199254740991,
                description: 'Every n-th, for this n.',
                'x-optional': true,
              },
              after: {
                type: 'integer',
                minimum: 0,
                maximum: 9007199254740991,
                description: 'Only those after the first so many.',
                'x-optional': true,
              },
              times: {
                type: 'integer',
                minimum: 1,
                maximum: 9007199254740991,
                description: 'At most so many that the fault applied to.',
                'x-optional': true,
              },
              for: {
                type: ['integer', 'string'],
                'x-unit': 'ms',
                pattern: '^(\\d+(\\.\\d+)?(us|ms|s|m|h))+$',
                minimum: 1,
                maximum: 86400000,
                description: 'Only for so long after the fault was attached.',
                'x-optional': true,
              },
            },
            minProperties: 1,
            description: 'Counts and windows instead of chance; connections that match are counted 1, 2, ...',
            'x-optional': true,
          },
          match: {
            type: 'object',
            additionalProperties: false,
            required: ['client'],
            properties: {
              client: {
                type: 'array',
                items: {
                  type: 'string',
                  minLength: 1,
                  maxLength: 64,
                  description: 'Such as 127.0.0.1 or 10.0.0.0/8.',
                },
                minItems: 1,
                maxItems: 100,
                description: 'Client addresses, each an IP address or a CIDR range.',
              },
            },
            description: 'Which connections the fault looks at.',
            'x-optional': true,
          },
          key: {
            type: 'object',
            additionalProperties: false,
            required: ['client'],
            properties: {
              client: {
                type: 'string',
                enum: ['address'],
                description: 'The address of the client, without its port.',
              },
            },
            description: 'Makes the draw follow a value instead of the order of arrival.',
            'x-optional': true,
          },
          applies_to: {
            type: 'string',
            enum: ['new', 'existing', 'both'],
            default: 'both',
            description: 'Which connections: those opened after the fault was attached, those open before, or both.',
          },
          enabled: {
            type: 'boolean',
            default: true,
            description: 'A fault that is not enabled stays attached and does nothing.',
          },
          dry_run: {
            type: 'boolean',
            default: false,
            description: 'Decide and count, but do nothing.',
          },
        },
      },
      'Fault.latency': {
        title: 'latency',
        type: 'object',
        description: 'Delay every chunk by a fixed time, give or take a jitter.',
        additionalProperties: false,
        required: ['kind'],
        properties: {
          name: {
            type: 'string',
            pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$',
            'x-allowed': 'a name of 1 to 100 letters, digits, ".", "_" and "-" that begins with a letter or digit',
            description: 'Unique on the proxy. Default: <kind>_<stream>, or <kind> where there is no stream.',
          },
          kind: {
            type: 'string',
            enum: ['latency'],
          },
          stream: {
            type: 'string',
            enum: ['upstream', 'downstream'],
            default: 'downstream',
            description: 'Direction: upstream is client to server, downstream is server to client.',
          },
          attributes: {
            type: 'object',
            additionalProperties: false,
            required: [],
            properties: {
              latency: {
                type: ['integer', 'string'],
                'x-unit': 'ms',
                pattern: '^(\\d+(\\.\\d+)?(us|ms|s|m|h))+$',
                minimum: 0,
                maximum: 86400000,
                default: 0,
                description: 'Time added to each chunk.',
              },
              jitter: {
                type: ['integer', 'string'],
                'x-unit': 'ms',
                pattern: '^(\\d+(\\.\\d+)?(us|ms|s|m|h))+$',
                minimum: 0,
                maximum: 86400000,
                default: 0,
                description: 'Most that one delay may differ from `latency`.',
              },
            },
          },
          toxicity: {
            type: 'number',
            minimum: 0,
            maximum: 1,
            default: 1,
            description: 'Chance that the fault applies to a connection, 0 to 1.',
          },
          trigger: {
            type: 'object',
            additionalProperties: false,
            required: [],
            properties: {
              first: {
                type: 'integer',
                minimum: 1,
                maximum: 9007199254740991,
                description: 'Only the first so many.',
                'x-optional': true,
              },
              nth: {
                type: 'integer',
                minimum: 1,
                maximum: 9007199254740991,
                description: 'Only the one with this number.',
                'x-optional': true,
              },
              every: {
                type: 'integer',
                minimum: 1,
                maximum: 9007199254740991,
                description: 'Every n-th, for this n.',
                'x-optional': true,
              },
              after: {
                type: 'integer',
                minimum: 0,
                maximum: 9007199254740991,
                description: 'Only those after the first so many.',
                'x-optional': true,
              },
              times: {
                type: 'integer',
                minimum: 1,
                maximum: 9007199254740991,
                description: 'At most so many that the fault applied to.',
                'x-optional': true,
              },
              for: {
                type: ['integer', 'string'],
                'x-unit': 'ms',
                pattern: '^(\\d+(\\.\\d+)?(us|ms|s|m|h))+$',
                minimum: 1,
                maximum: 86400000,
                description: 'Only for so long after the fault was attached.',
                'x-optional': true,
              },
            },
            minProperties: 1,
            description: 'Counts and windows instead of chance; connections that match are counted 1, 2, ...',
            'x-optional': true,
          },
          match: {
            type: 'object',
            additionalProperties: false,
            required: ['client'],
            properties: {
              client: {
                type: 'array',
                items: {
                  type: 'string',
                  minLength: 1,
                  maxLength: 64,
                  description: 'Such as 127.0.0.1 or 10.0.0.0/8.',
                },
                minItems: 1,
                maxItems: 100,
                description: 'Client addresses, each an IP address or a CIDR range.',
              },
            },
            description: 'Which connections the fault looks at.',
            'x-optional': true,
          },
          key: {
            type: 'object',
            additionalProperties: false,
            required: ['client'],
            properties: {
              client: {
                type: 'string',
                enum: ['address'],
                description: 'The address of the client, without its port.',
              },
            },
            description: 'Makes the draw follow a value instead of the order of arrival.',
            'x-optional': true,
          },
          applies_to: {
            type: 'string',
            enum: ['new', 'existing', 'both'],
            default: 'both',
            description: 'Which connections: those opened after the fault was attached, those open before, or both.',
          },
          enabled: {
            type: 'boolean',
            default: true,
            description: 'A fault that is not enabled stays attached and does nothing.',
          },
          dry_run: {
            type: 'boolean',
            default: false,
            description: 'Decide and count, but do nothing.',
          },
        },
      },
      'Fault.limit_data': {
        title: 'limit_data',
        type: 'object',
        description: 'Close the connection after so many bytes.',
        additionalProperties: false,
        required: ['kind'],
        properties: {
          name: {
            type: 'string',
            pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$',
            'x-allowed': 'a name of 1 to 100 letters, digits, ".", "_" and "-" that begins with a letter or digit',
            description: 'Unique on the proxy. Default: <kind>_<stream>, or <kind> where there is no stream.',
          },
          kind: {
            type: 'string',
            enum: ['limit_data'],
          },
          stream: {
            type: 'string',
            enum: ['upstream', 'downstream'],
            default: 'downstream',
            description: 'Direction: upstream is client to server, downstream is server to client.',
          },
          attributes: {
            type: 'object',
            additionalProperties: false,
            required: [],
            properties: {
              bytes: {
                type: ['integer', 'string'],
                'x-unit': 'bytes',
                pattern: '^\\d+(\\.\\d+)?(B|kB|KB|MB|GB|KiB|MiB|GiB)$',
                minimum: 0,
                maximum: 9007199254740991,
                default: 0,
                description: 'Bytes that may pass.',
              },
            },
          },
          toxicity: {
            type: 'number',
            minimum: 0,
            maximum: 1,
            default: 1,
            description: 'Chance that the fault applies to a connection, 0 to 1.',
          },
          trigger: {
            type: 'object',
            additionalProperties: false,
            required: [],
            properties: {
              first: {
                type: 'integer',
                minimum: 1,
                maximum: 9007199254740991,
                description: 'Only the first so many.',
                'x-optional': true,
              },
              nth: {
                type: 'integer',
                minimum: 1,
                maximum: 9007199254740991,
                description: 'Only the one with this number.',
                'x-optional': true,
              },
              every: {
                type: 'integer',
                minimum: 1,
                maximum: 9007199254740991,
                description: 'Every n-th, for this n.',
                'x-optional': true,
              },
              after: {
                type: 'integer',
                minimum: 0,
                maximum: 9007199254740991,
                description: 'Only those after the first so many.',
                'x-optional': true,
              },
              times: {
                type: 'integer',
                minimum: 1,
                maximum: 9007199254740991,
                description: 'At most so many that the fault applied to.',
                'x-optional': true,
              },
              for: {
                type: ['integer', 'string'],
                'x-unit': 'ms',
                pattern: '^(\\d+(\\.\\d+)?(us|ms|s|m|h))+$',
                minimum: 1,
                maximum: 86400000,
                description: 'Only for so long after the fault was attached.',
                'x-optional': true,
              },
            },
            minProperties: 1,
            description: 'Counts and windows instead of chance; connections that match are counted 1, 2, ...',
            'x-optional': true,
          },
          match: {
            type: 'object',
            additionalProperties: false,
            required: ['client'],
            properties: {
              client: {
                type: 'array',
                items: {
                  type: 'string',
                  minLength: 1,
                  maxLength: 64,
                  description: 'Such as 127.0.0.1 or 10.0.0.0/8.',
                },
                minItems: 1,
                maxItems: 100,
                description: 'Client addresses, each an IP address or a CIDR range.',
              },
            },
            description: 'Which connections the fault looks at.',
            'x-optional': true,
          },
          key: {
            type: 'object',
            additionalProperties: false,
            required: ['client'],
            properties: {
              client: {
                type: 'string',
                enum: ['address'],
                description: 'The address of the client, without its port.',
              },
            },
            description: 'Makes the draw follow a value instead of the order of arrival.',
            'x-optional': true,
          },
          applies_to: {
            type: 'string',
            enum: ['new', 'existing', 'both'],
            default: 'both',
            description: 'Which connections: those opened after the fault was attached, those open before, or both.',
          },
          enabled: {
            type: 'boolean',
            default: true,
            description: 'A fault that is not enabled stays attached and does nothing.',
          },
          dry_run: {
            type: 'boolean',
            default: false,
            description: 'Decide and count, but do nothing.',
          },
        },
      },
      'Fault.loss': {
        title: 'loss',
        type: 'object',
        description: 'Stall the stream as lost packets would: retransmission timeouts, and everything behind waiting.',
        additionalProperties: false,
        required: ['kind'],
        properties: {
          name: {
            type: 'string',
            pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$',
            'x-allowed': 'a name of 1 to 100 letters, digits, ".", "_" and "-" that begins with a letter or digit',
            description: 'Unique on the proxy. Default: <kind>_<stream>, or <kind> where there is no stream.',
          },
          kind: {
            type: 'string',
            enum: ['loss'],
          },
          stream: {
            type: 'string',
            enum: ['upstream', 'downstream'],
            default: 'downstream',
            description: 'Direction: upstream is client to server, downstream is server to client.',
          },
          attributes: {
            type: 'object',
            additionalProperties: false,
            required: [],
            properties: {
              rate: {
                type: 'number',
                minimum: 0,
                maximum: 1,
                default: 0.01,
                description: 'Share of segments that are lost, 0 to 1.',
              },
              rtt: {
                type: ['integer', 'string'],
                'x-unit': 'ms',
                pattern: '^(\\d+(\\.\\d+)?(us|ms|s|m|h))+$',
                minimum: 0,
                maximum: 86400000,
                default: 50,
                description: 'Round trip time of the path; delays by itself nothing.',
              },
              min_rto: {
                type: ['integer', 'string'],
                'x-unit': 'ms',
                pattern: '^(\\d+(\\.\\d+)?(us|ms|s|m|h))+$',
                minimum: 0,
                maximum: 86400000,
                default: 200,
                description: 'Shortest retransmission timeout (Linux: 200 ms).',
              },
              burst: {
                type: 'number',
                minimum: 1,
                maximum: 1000,
                default: 1,
                description: 'Mean number of segments lost in a row. 1: independent of each other.',
              },
            },
          },
          toxicity: {
            type: 'number',
            minimum: 0,
            maximum: 1,
            default: 1,
            description: 'Chance that the fault applies to a connection, 0 to 1.',
          },
          trigger: {
            type: 'object',
            additionalProperties: false,
            required: [],
            properties: {
              first: {
                type: 'integer',
                minimum: 1,
                maximum: 9007199254740991,
                description: 'Only the first so many.',
                'x-optional': true,
              },
              nth: {
                type: 'integer',
                minimum: 1,
                maximum: 9007199254740991,
                description: 'Only the one with this number.',
                'x-optional': true,
              },
              every: {
                type: 'integer',
                minimum: 1,
                maximum: 9007199254740991,
                description: 'Every n-th, for this n.',
                'x-optional': true,
              },
              after: {
                type: 'integer',
                minimum: 0,
                maximum: 9007199254740991,
                description: 'Only those after the first so many.',
                'x-optional': true,
              },
              times: {
                type: 'integer',
                minimum: 1,
                maximum: 9007199254740991,
                description: 'At most so many that the fault applied to.',
                'x-optional': true,
              },
              for: {
                type: ['integer', 'string'],
                'x-unit': 'ms',
                pattern: '^(\\d+(\\.\\d+)?(us|ms|s|m|h))+$',
                minimum: 1,
                maximum: 86400000,
                description: 'Only for so long after the fault was attached.',
                'x-optional': true,
              },
            },
            minProperties: 1,
            description: 'Counts and windows instead of chance; connections that match are counted 1, 2, ...',
            'x-optional': true,
          },
          match: {
            type: 'object',
            additionalProperties: false,
            required: ['client'],
            properties: {
              client: {
                type: 'array',
                items: {
                  type: 'string',
                  minLength: 1,
                  maxLength: 64,
                  description: 'Such as 127.0.0.1 or 10.0.0.0/8.',
                },
                minItems: 1,
                maxItems: 100,
                description: 'Client addresses, each an IP address or a CIDR range.',
              },
            },
            description: 'Which connections the fault looks at.',
            'x-optional': true,
          },
          key: {
            type: 'object',
            additionalProperties: false,
            required: ['client'],
            properties: {
              client: {
                type: 'string',
                enum: ['address'],
                description: 'The address of the client, without its port.',
              },
            },
            description: 'Makes the draw follow a value instead of the order of arrival.',
            'x-optional': true,
          },
          applies_to: {
            type: 'string',
            enum: ['new', 'existing', 'both'],
            default: 'both',
            description: 'Which connections: those opened after the fault was attached, those open before, or both.',
          },
          enabled: {
            type: 'boolean',
            default: true,
            description: 'A fault that is not enabled stays attached and does nothing.',
          },
          dry_run: {
            type: 'boolean',
            default: false,
            description: 'Decide and count, but do nothing.',
          },
        },
      },
      'Fault.noop': {
        title: 'noop',
        type: 'object',
        description: 'Change nothing: bytes pass as they come.',
        additionalProperties: false,
        required: ['kind'],
        properties: {
          name: {
            type: 'string',
            pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$',
            'x-allowed': 'a name of 1 to 100 letters, digits, ".", "_" and "-" that begins with a letter or digit',
            description: 'Unique on the proxy. Default: <kind>_<stream>, or <kind> where there is no stream.',
          },
          kind: {
            type: 'string',
            enum: ['noop'],
          },
          stream: {
            type: 'string',
            enum: ['upstream', 'downstream'],
            default: 'downstream',
            description: 'Direction: upstream is client to server, downstream is server to client.',
          },
          attributes: {
            type: 'object',
            additionalProperties: false,
            required: [],
            properties: {},
          },
          toxicity: {
            type: 'number',
            minimum: 0,
            maximum: 1,
            default: 1,
            description: 'Chance that the fault applies to a connection, 0 to 1.',
          },
          trigger: {
            type: 'object',
            additionalProperties: false,
            required: [],
            properties: {
              first: {
                type: 'integer',
                minimum: 1,
                maximum: 9007199254740991,
                description: 'Only the first so many.',
                'x-optional': true,
              },
              nth: {
                type: 'integer',
                minimum: 1,
                maximum: 9007199254740991,
                description: 'Only the one with this number.',
                'x-optional': true,
              },
              every: {
                type: 'integer',
                minimum: 1,
                maximum: 9007199254740991,
                description: 'Every n-th, for this n.',
                'x-optional': true,
              },
              after: {
                type: 'integer',
                minimum: 0,
                maximum: 9007199254740991,
                description: 'Only those after the first so many.',
                'x-optional': true,
              },
              times: {
                type: 'integer',
                minimum: 1,
                maximum: 9007199254740991,
                description: 'At most so many that the fault applied to.',
                'x-optional': true,
              },
              for: {
                type: ['integer', 'string'],
                'x-unit': 'ms',
                pattern: '^(\\d+(\\.\\d+)?(us|ms|s|m|h))+$',
                minimum: 1,
                maximum: 86400000,
                description: 'Only for so long after the fault was attached.',
                'x-optional': true,
              },
            },
            minProperties: 1,
            description: 'Counts and windows instead of chance; connections that match are counted 1, 2, ...',
            'x-optional': true,
          },
          match: {
            type: 'object',
            additionalProperties: false,
            required: ['client'],
            properties: {
              client: {
                type: 'array',
                items: {
                  type: 'string',
                  minLength: 1,
                  maxLength: 64,
                  description: 'Such as 127.0.0.1 or 10.0.0.0/8.',
                },
                minItems: 1,
                maxItems: 100,
                description: 'Client addresses, each an IP address or a CIDR range.',
              },
            },
            description: 'Which connections the fault looks at.',
            'x-optional': true,
          },
          key: {
            type: 'object',
            additionalProperties: false,
            required: ['client'],
            properties: {
              client: {
                type: 'string',
                enum: ['address'],
                description: 'The address of the client, without its port.',
              },
            },
            description: 'Makes the draw follow a value instead of the order of arrival.',
            'x-optional': true,
          },
          applies_to: {
            type: 'string',
            enum: ['new', 'existing', 'both'],
            default: 'both',
            description: 'Which connections: those opened after the fault was attached, those open before, or both.',
          },
          enabled: {
            type: 'boolean',
            default: true,
            description: 'A fault that is not enabled stays attached and does nothing.',
          },
          dry_run: {
            type: 'boolean',
            default: false,
            description: 'Decide and count, but do nothing.',
          },
        },
      },
      'Fault.reset_peer': {
        title: 'reset_peer',
        type: 'object',
        description: 'Reset the connection (RST on both sides), at once or after a time.',
        additionalProperties: false,
        required: ['kind'],
        properties: {
          name: {
            type: 'string',
            pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$',
            'x-allowed': 'a name of 1 to 100 letters, digits, ".", "_" and "-" that begins with a letter or digit',
            description: 'Unique on the proxy. Default: <kind>_<stream>, or <kind> where there is no stream.',
          },
          kind: {
            type: 'string',
            enum: ['reset_peer'],
          },
          stream: {
            type: 'string',
            enum: ['upstream', 'downstream'],
            default: 'downstream',
            description: 'Direction: upstream is client to server, downstream is server to client.',
          },
          attributes: {
            type: 'object',
            additionalProperties: false,
            required: [],
            properties: {
              timeout: {
                type: ['integer', 'string'],
                'x-unit': 'ms',
                pattern: '^(\\d+(\\.\\d+)?(us|ms|s|m|h))+$',
                minimum: 0,
                maximum: 86400000,
                default: 0,
                description: 'Time until the reset.',
              },
            },
          },
          toxicity: {
            type: 'number',
            minimum: 0,
            maximum: 1,
            default: 1,
            description: 'Chance that the fault applies to a connection, 0 to 1.',
          },
          trigger: {
            type: 'object',
            additionalProperties: false,
            required: [],
            properties: {
              first: {
                type: 'integer',
                minimum: 1,
                maximum: 9007199254740991,
                description: 'Only the first so many.',
                'x-optional': true,
              },
              nth: {
                type: 'integer',
                minimum: 1,
                maximum: 9007199254740991,
                description: 'Only the one with this number.',
                'x-optional': true,
              },
              every: {
                type: 'integer',
                minimum: 1,
                maximum: 9007199254740991,
                description: 'Every n-th, for this n.',
                'x-optional': true,
              },
              after: {
                type: 'integer',
                minimum: 0,
                maximum: 9007199254740991,
                description: 'Only those after the first so many.',
                'x-optional': true,
              },
              times: {
                type: 'integer',
                minimum: 1,
                maximum: 9007199254740991,
                description: 'At most so many that the fault applied to.',
                'x-optional': true,
              },
              for: {
                type: ['integer', 'string'],
                'x-unit': 'ms',
                pattern: '^(\\d+(\\.\\d+)?(us|ms|s|m|h))+$',
                minimum: 1,
                maximum: 86400000,
                description: 'Only for so long after the fault was attached.',
                'x-optional': true,
              },
            },
            minProperties: 1,
            description: 'Counts and windows instead of chance; connections that match are counted 1, 2, ...',
            'x-optional': true,
          },
          match: {
            type: 'object',
            additionalProperties: false,
            required: ['client'],
            properties: {
              client: {
                type: 'array',
                items: {
                  type: 'string',
                  minLength: 1,
                  maxLength: 64,
                  description: 'Such as 127.0.0.1 or 10.0.0.0/8.',
                },
                minItems: 1,
                maxItems: 100,
                description: 'Client addresses, each an IP address or a CIDR range.',
              },
            },
            description: 'Which connections the fault looks at.',
            'x-optional': true,
          },
          key: {
            type: 'object',
            additionalProperties: false,
            required: ['client'],
            properties: {
              client: {
                type: 'string',
                enum: ['address'],
                description: 'The address of the client, without its port.',
              },
            },
            description: 'Makes the draw follow a value instead of the order of arrival.',
            'x-optional': true,
          },
          applies_to: {
            type: 'string',
            enum: ['new', 'existing', 'both'],
            default: 'both',
            description: 'Which connections: those opened after the fault was attached, those open before, or both.',
          },
          enabled: {
            type: 'boolean',
            default: true,
            description: 'A fault that is not enabled stays attached and does nothing.',
          },
          dry_run: {
            type: 'boolean',
            default: false,
            description: 'Decide and count, but do nothing.',
          },
        },
      },
      'Fault.shared_bandwidth': {
        title: 'shared_bandwidth',
        type: 'object',
        description: 'Let only so many kilobytes through in a second, over all connections together.',
        additionalProperties: false,
        required: ['kind'],
        properties: {
          name: {
            type: 'string',
            pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$',
            'x-allowed': 'a name of 1 to 100 letters, digits, ".", "_" and "-" that begins with a letter or digit',
            description: 'Unique on the proxy. Default: <kind>_<stream>, or <kind> where there is no stream.',
          },
          kind: {
            type: 'string',
            enum: ['shared_bandwidth'],
          },
          stream: {
            type: 'string',
            enum: ['upstream', 'downstream'],
            default: 'downstream',
            description: 'Direction: upstream is client to server, downstream is server to client.',
          },
          attributes: {
            type: 'object',
            additionalProperties: false,
            required: [],
            properties: {
              rate: {
                type: 'integer',
                minimum: 0,
                maximum: 9007199254740991,
                default: 0,
                description: 'Kilobytes (1,000 bytes) per second. 0 blocks.',
              },
              share: {
                type: 'string',
                enum: ['proxy', 'client'],
                default: 'proxy',
                description: 'Who shares one bucket: all connections of the proxy, or those of one client address.',
              },
            },
          },
          toxicity: {
            type: 'number',
            minimum: 0,
            maximum: 1,
            default: 1,
            description: 'Chance that the fault applies to a connection, 0 to 1.',
          },
          trigger: {
            type: 'object',
            additionalProperties: false,
            required: [],
            properties: {
              first: {
                type: 'integer',
                minimum: 1,
                maximum: 9007199254740991,
                description: 'Only the first so many.',
                'x-optional': true,
              },
              nth: {
                type: 'integer',
                minimum: 1,
                maximum: 9007199254740991,
                description: 'Only the one with this number.',
                'x-optional': true,
              },
              every: {
                type: 'integer',
                minimum: 1,
                maximum: 9007199254740991,
                description: 'Every n-th, for this n.',
                'x-optional': true,
              },
              after: {
                type: 'integer',
                minimum: 0,
                maximum: 9007199254740991,
                description: 'Only those after the first so many.',
                'x-optional': true,
              },
              times: {
                type: 'integer',
                minimum: 1,
                maximum: 9007199254740991,
                description: 'At most so many that the fault applied to.',
                'x-optional': true,
              },
              for: {
                type: ['integer', 'string'],
                'x-unit': 'ms',
                pattern: '^(\\d+(\\.\\d+)?(us|ms|s|m|h))+$',
                minimum: 1,
                maximum: 86400000,
                description: 'Only for so long after the fault was attached.',
                'x-optional': true,
              },
            },
            minProperties: 1,
            description: 'Counts and windows instead of chance; connections that match are counted 1, 2, ...',
            'x-optional': true,
          },
          match: {
            type: 'object',
            additionalProperties: false,
            required: ['client'],
            properties: {
              client: {
                type: 'array',
                items: {
                  type: 'string',
                  minLength: 1,
                  maxLength: 64,
                  description: 'Such as 127.0.0.1 or 10.0.0.0/8.',
                },
                minItems: 1,
                maxItems: 100,
                description: 'Client addresses, each an IP address or a CIDR range.',
              },
            },
            description: 'Which connections the fault looks at.',
            'x-optional': true,
          },
          key: {
            type: 'object',
            additionalProperties: false,
            required: ['client'],
            properties: {
              client: {
                type: 'string',
                enum: ['address'],
                description: 'The address of the client, without its port.',
              },
            },
            description: 'Makes the draw follow a value instead of the order of arrival.',
            'x-optional': true,
          },
          applies_to: {
            type: 'string',
            enum: ['new', 'existing', 'both'],
            default: 'both',
            description: 'Which connections: those opened after the fault was attached, those open before, or both.',
          },
          enabled: {
            type: 'boolean',
            default: true,
            description: 'A fault that is not enabled stays attached and does nothing.',
          },
          dry_run: {
            type: 'boolean',
            default: false,
            description: 'Decide and count, but do nothing.',
          },
        },
      },
      'Fault.slicer': {
        title: 'slicer',
        type: 'object',
        description: 'Cut the stream into small writes, with a pause after each.',
        additionalProperties: false,
        required: ['kind'],
        properties: {
          name: {
            type: 'string',
            pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$',
            'x-allowed': 'a name of 1 to 100 letters, digits, ".", "_" and "-" that begins with a letter or digit',
            description: 'Unique on the proxy. Default: <kind>_<stream>, or <kind> where there is no stream.',
          },
          kind: {
            type: 'string',
            enum: ['slicer'],
          },
          stream: {
            type: 'string',
            enum: ['upstream', 'downstream'],
            default: 'downstream',
            description: 'Direction: upstream is client to server, downstream is server to client.',
          },
          attributes: {
            type: 'object',
            additionalProperties: false,
            required: [],
            properties: {
              average_size: {
                type: ['integer', 'string'],
                'x-unit': 'bytes',
                pattern: '^\\d+(\\.\\d+)?(B|kB|KB|MB|GB|KiB|MiB|GiB)$',
                minimum: 0,
                maximum: 9007199254740991,
                default: 0,
                description: 'Size of a slice on average. 0 leaves chunks whole.',
              },
              size_variation: {
                type: ['integer', 'string'],
                'x-unit': 'bytes',
                pattern: '^\\d+(\\.\\d+)?(B|kB|KB|MB|GB|KiB|MiB|GiB)$',
                minimum: 0,
                maximum: 9007199254740991,
                default: 0,
                description: 'Most that the size may differ from the average.',
              },
              delay: {
                type: ['integer', 'string'],
                'x-unit': 'us',
                pattern: '^(\\d+(\\.\\d+)?(us|ms|s|m|h))+$',
                minimum: 0,
                maximum: 86400000000,
                default: 0,
                description: 'Pause after each slice.',
              },
            },
          },
          toxicity: {
            type: 'number',
            minimum: 0,
            maximum: 1,
            default: 1,
            description: 'Chance that the fault applies to a connection, 0 to 1.',
          },
          trigger: {
            type: 'object',
            additionalProperties: false,
            required: [],
            properties: {
              first: {
                type: 'integer',
                minimum: 1,
                maximum: 9007199254740991,
                description: 'Only the first so many.',
                'x-optional': true,
              },
              nth: {
                type: 'integer',
                minimum: 1,
                maximum: 9007199254740991,
                description: 'Only the one with this number.',
                'x-optional': true,
              },
              every: {
                type: 'integer',
                minimum: 1,
                maximum: 9007199254740991,
                description: 'Every n-th, for this n.',
                'x-optional': true,
              },
              after: {
                type: 'integer',
                minimum: 0,
                maximum: 9007199254740991,
                description: 'Only those after the first so many.',
                'x-optional': true,
              },
              times: {
                type: 'integer',
                minimum: 1,
                maximum: 9007199254740991,
                description: 'At most so many that the fault applied to.',
                'x-optional': true,
              },
              for: {
                type: ['integer', 'string'],
                'x-unit': 'ms',
                pattern: '^(\\d+(\\.\\d+)?(us|ms|s|m|h))+$',
                minimum: 1,
                maximum: 86400000,
                description: 'Only for so long after the fault was attached.',
                'x-optional': true,
              },
            },
            minProperties: 1,
            description: 'Counts and windows instead of chance; connections that match are counted 1, 2, ...',
            'x-optional': true,
          },
          match: {
            type: 'object',
            additionalProperties: false,
            required: ['client'],
            properties: {
              client: {
                type: 'array',
                items: {
                  type: 'string',
                  minLength: 1,
                  maxLength: 64,
                  description: 'Such as 127.0.0.1 or 10.0.0.0/8.',
                },
                minItems: 1,
                maxItems: 100,
                description: 'Client addresses, each an IP address or a CIDR range.',
              },
            },
            description: 'Which connections the fault looks at.',
            'x-optional': true,
          },
          key: {
            type: 'object',
            additionalProperties: false,
            required: ['client'],
            properties: {
              client: {
                type: 'string',
                enum: ['address'],
                description: 'The address of the client, without its port.',
              },
            },
            description: 'Makes the draw follow a value instead of the order of arrival.',
            'x-optional': true,
          },
          applies_to: {
            type: 'string',
            enum: ['new', 'existing', 'both'],
            default: 'both',
            description: 'Which connections: those opened after the fault was attached, those open before, or both.',
          },
          enabled: {
            type: 'boolean',
            default: true,
            description: 'A fault that is not enabled stays attached and does nothing.',
          },
          dry_run: {
            type: 'boolean',
            default: false,
            description: 'Decide and count, but do nothing.',
          },
        },
      },
      'Fault.slow_close': {
        title: 'slow_close',
        type: 'object',
        description: 'Pass bytes at once, but the end of the stream (FIN) late.',
        additionalProperties: false,
        required: ['kind'],
        properties: {
          name: {
            type: 'string',
            pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$',
            'x-allowed': 'a name of 1 to 100 letters, digits, ".", "_" and "-" that begins with a letter or digit',
            description: 'Unique on the proxy. Default: <kind>_<stream>, or <kind> where there is no stream.',
          },
          kind: {
            type: 'string',
            enum: ['slow_close'],
          },
          stream: {
            type: 'string',
            enum: ['upstream', 'downstream'],
            default: 'downstream',
            description: 'Direction: upstream is client to server, downstream is server to client.',
          },
          attributes: {
            type: 'object',
            additionalProperties: false,
            required: [],
            properties: {
              delay: {
                type: ['integer', 'string'],
                'x-unit': 'ms',
                pattern: '^(\\d+(\\.\\d+)?(us|ms|s|m|h))+$',
                minimum: 0,
                maximum: 86400000,
                default: 0,
                description: 'Time between the end coming in and going on.',
              },
            },
          },
          toxicity: {
            type: 'number',
            minimum: 0,
            maximum: 1,
            default: 1,
            description: 'Chance that the fault applies to a connection, 0 to 1.',
          },
          trigger: {
            type: 'object',
            additionalProperties: false,
            required: [],
            properties: {
              first: {
                type: 'integer',
                minimum: 1,
                maximum: 9007199254740991,
                description: 'Only the first so many.',
                'x-optional': true,
              },
              nth: {
                type: 'integer',
                minimum: 1,
                maximum: 9007199254740991,
                description: 'Only the one with this number.',
                'x-optional': true,
              },
              every: {
                type: 'integer',
                minimum: 1,
                maximum: 9007199254740991,
                description: 'Every n-th, for this n.',
                'x-optional': true,
              },
              after: {
                type: 'integer',
                minimum: 0,
                maximum: 9007199254740991,
                description: 'Only those after the first so many.',
                'x-optional': true,
              },
              times: {
                type: 'integer',
                minimum: 1,
                maximum: 9007199254740991,
                description: 'At most so many that the fault applied to.',
                'x-optional': true,
              },
              for: {
                type: ['integer', 'string'],
                'x-unit': 'ms',
                pattern: '^(\\d+(\\.\\d+)?(us|ms|s|m|h))+$',
                minimum: 1,
                maximum: 86400000,
                description: 'Only for so long after the fault was attached.',
                'x-optional': true,
              },
            },
            minProperties: 1,
            description: 'Counts and windows instead of chance; connections that match are counted 1, 2, ...',
            'x-optional': true,
          },
          match: {
            type: 'object',
            additionalProperties: false,
            required: ['client'],
            properties: {
              client: {
                type: 'array',
                items: {
                  type: 'string',
                  minLength: 1,
                  maxLength: 64,
                  description: 'Such as 127.0.0.1 or 10.0.0.0/8.',
                },
                minItems: 1,
                maxItems: 100,
                description: 'Client addresses, each an IP address or a CIDR range.',
              },
            },
            description: 'Which connections the fault looks at.',
            'x-optional': true,
          },
          key: {
            type: 'object',
            additionalProperties: false,
            required: ['client'],
            properties: {
              client: {
                type: 'string',
                enum: ['address'],
                description: 'The address of the client, without its port.',
              },
            },
            description: 'Makes the draw follow a value instead of the order of arrival.',
            'x-optional': true,
          },
          applies_to: {
            type: 'string',
            enum: ['new', 'existing', 'both'],
            default: 'both',
            description: 'Which connections: those opened after the fault was attached, those open before, or both.',
          },
          enabled: {
            type: 'boolean',
            default: true,
            description: 'A fault that is not enabled stays attached and does nothing.',
          },
          dry_run: {
            type: 'boolean',
            default: false,
            description: 'Decide and count, but do nothing.',
          },
        },
      },
      'Fault.stall_after': {
        title: 'stall_after',
        type: 'object',
        description: 'Pass so many bytes, then nothing more, with the connection open.',
        additionalProperties: false,
        required: ['kind'],
        properties: {
          name: {
            type: 'string',
            pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$',
            'x-allowed': 'a name of 1 to 100 letters, digits, ".", "_" and "-" that begins with a letter or digit',
            description: 'Unique on the proxy. Default: <kind>_<stream>, or <kind> where there is no stream.',
          },
          kind: {
            type: 'string',
            enum: ['stall_after'],
          },
          stream: {
            type: 'string',
            enum: ['upstream', 'downstream'],
            default: 'downstream',
            description: 'Direction: upstream is client to server, downstream is server to client.',
          },
          attributes: {
            type: 'object',
            additionalProperties: false,
            required: [],
            properties: {
              bytes: {
                type: ['integer', 'string'],
                'x-unit': 'bytes',
                pattern: '^\\d+(\\.\\d+)?(B|kB|KB|MB|GB|KiB|MiB|GiB)$',
                minimum: 0,
                maximum: 9007199254740991,
                default: 0,
                description: 'Bytes that may pass.',
              },
            },
          },
          toxicity: {
            type: 'number',
            minimum: 0,
            maximum: 1,
            default: 1,
            description: 'Chance that the fault applies to a connection, 0 to 1.',
          },
          trigger: {
            type: 'object',
            additionalProperties: false,
            required: [],
            properties: {
              first: {
                type: 'integer',
                minimum: 1,
                maximum: 9007199254740991,
                description: 'Only the first so many.',
                'x-optional': true,
              },
              nth: {
                type: 'integer',
                minimum: 1,
                maximum: 9007199254740991,
                description: 'Only the one with this number.',
                'x-optional': true,
              },
              every: {
                type: 'integer',
                minimum: 1,
                maximum: 9007199254740991,
                description: 'Every n-th, for this n.',
                'x-optional': true,
              },
              after: {
                type: 'integer',
                minimum: 0,
                maximum: 9007199254740991,
                description: 'Only those after the first so many.',
                'x-optional': true,
              },
              times: {
                type: 'integer',
                minimum: 1,
                maximum: 9007199254740991,
                description: 'At most so many that the fault applied to.',
                'x-optional': true,
              },
              for: {
                type: ['integer', 'string'],
                'x-unit': 'ms',
                pattern: '^(\\d+(\\.\\d+)?(us|ms|s|m|h))+$',
                minimum: 1,
                maximum: 86400000,
                description: 'Only for so long after the fault was attached.',
                'x-optional': true,
              },
            },
            minProperties: 1,
            description: 'Counts and windows instead of chance; connections that match are counted 1, 2, ...',
            'x-optional': true,
          },
          match: {
            type: 'object',
            additionalProperties: false,
            required: ['client'],
            properties: {
              client: {
                type: 'array',
                items: {
                  type: 'string',
                  minLength: 1,
                  maxLength: 64,
                  description: 'Such as 127.0.0.1 or 10.0.0.0/8.',
                },
                minItems: 1,
                maxItems: 100,
                description: 'Client addresses, each an IP address or a CIDR range.',
              },
            },
            description: 'Which connections the fault looks at.',
            'x-optional': true,
          },
          key: {
            type: 'object',
            additionalProperties: false,
            required: ['client'],
            properties: {
              client: {
                type: 'string',
                enum: ['address'],
                description: 'The address of the client, without its port.',
              },
            },
            description: 'Makes the draw follow a value instead of the order of arrival.',
            'x-optional': true,
          },
          applies_to: {
            type: 'string',
            enum: ['new', 'existing', 'both'],
            default: 'both',
            description: 'Which connections: those opened after the fault was attached, those open before, or both.',
          },
          enabled: {
            type: 'boolean',
            default: true,
            description: 'A fault that is not enabled stays attached and does nothing.',
          },
          dry_run: {
            type: 'boolean',
            default: false,
            description: 'Decide and count, but do nothing.',
          },
        },
      },
      'Fault.timeout': {
        title: 'timeout',
        type: 'object',
        description: 'Drop all bytes, and close the connection after a time.',
        additionalProperties: false,
        required: ['kind'],
        properties: {
          name: {
            type: 'string',
            pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$',
            'x-allowed': 'a name of 1 to 100 letters, digits, ".", "_" and "-" that begins with a letter or digit',
            description: 'Unique on the proxy. Default: <kind>_<stream>, or <kind> where there is no stream.',
          },
          kind: {
            type: 'string',
            enum: ['timeout'],
          },
          stream: {
            type: 'string',
            enum: ['upstream', 'downstream'],
            default: 'downstream',
            description: 'Direction: upstream is client to server, downstream is server to client.',
          },
          attributes: {
            type: 'object',
            additionalProperties: false,
            required: [],
            properties: {
              timeout: {
                type: ['integer', 'string'],
                'x-unit': 'ms',
                pattern: '^(\\d+(\\.\\d+)?(us|ms|s|m|h))+$',
                minimum: 0,
                maximum: 86400000,
                default: 0,
                description: 'Time until the connection is closed. 0: never.',
              },
            },
          },
          toxicity: {
            type: 'number',
            minimum: 0,
            maximum: 1,
            default: 1,
            description: 'Chance that the fault applies to a connection, 0 to 1.',
          },
          trigger: {
            type: 'object',
            additionalProperties: false,
            required: [],
            properties: {
              first: {
                type: 'integer',
                minimum: 1,
                maximum: 9007199254740991,
                description: 'Only the first so many.',
                'x-optional': true,
              },
              nth: {
                type: 'integer',
                minimum: 1,
                maximum: 9007199254740991,
                description: 'Only the one with this number.',
                'x-optional': true,
              },
              every: {
                type: 'integer',
                minimum: 1,
                maximum: 9007199254740991,
                description: 'Every n-th, for this n.',
                'x-optional': true,
              },
              after: {
                type: 'integer',
                minimum: 0,
                maximum: 9007199254740991,
                description: 'Only those after the first so many.',
                'x-optional': true,
              },
              times: {
                type: 'integer',
                minimum: 1,
                maximum: 9007199254740991,
                description: 'At most so many that the fault applied to.',
                'x-optional': true,
              },
              for: {
                type: ['integer', 'string'],
                'x-unit': 'ms',
                pattern: '^(\\d+(\\.\\d+)?(us|ms|s|m|h))+$',
                minimum: 1,
                maximum: 86400000,
                description: 'Only for so long after the fault was attached.',
                'x-optional': true,
              },
            },
            minProperties: 1,
            description: 'Counts and windows instead of chance; connections that match are counted 1, 2, ...',
            'x-optional': true,
          },
          match: {
            type: 'object',
            additionalProperties: false,
            required: ['client'],
            properties: {
              client: {
                type: 'array',
                items: {
                  type: 'string',
                  minLength: 1,
                  maxLength: 64,
                  description: 'Such as 127.0.0.1 or 10.0.0.0/8.',
                },
                minItems: 1,
                maxItems: 100,
                description: 'Client addresses, each an IP address or a CIDR range.',
              },
            },
            description: 'Which connections the fault looks at.',
            'x-optional': true,
          },
          key: {
            type: 'object',
            additionalProperties: false,
            required: ['client'],
            properties: {
              client: {
                type: 'string',
                enum: ['address'],
                description: 'The address of the client, without its port.',
              },
            },
            description: 'Makes the draw follow a value instead of the order of arrival.',
            'x-optional': true,
          },
          applies_to: {
            type: 'string',
            enum: ['new', 'existing', 'both'],
            default: 'both',
            description: 'Which connections: those opened after the fault was attached, those open before, or both.',
          },
          enabled: {
            type: 'boolean',
            default: true,
            description: 'A fault that is not enabled stays attached and does nothing.',
          },
          dry_run: {
            type: 'boolean',
            default: false,
            description: 'Decide and count, but do nothing.',
          },
        },
      },
      'Fault.variable_latency': {
        title: 'variable_latency',
        type: 'object',
        description: 'Delay every chunk by a time drawn from a distribution.',
        additionalProperties: false,
        required: ['kind'],
        properties: {
          name: {
            type: 'string',
            pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$',
            'x-allowed': 'a name of 1 to 100 letters, digits, ".", "_" and "-" that begins with a letter or digit',
            description: 'Unique on the proxy. Default: <kind>_<stream>, or <kind> where there is no stream.',
          },
          kind: {
            type: 'string',
            enum: ['variable_latency'],
          },
          stream: {
            type: 'string',
            enum: ['upstream', 'downstream'],
            default: 'downstream',
            description: 'Direction: upstream is client to server, downstream is server to client.',
          },
          attributes: {
            type: 'object',
            additionalProperties: false,
            required: [],
            properties: {
              distribution: {
                type: 'string',
                enum: ['normal', 'lognormal', 'pareto', 'table'],
                default: 'normal',
                description: 'Shape of the delays.',
              },
              mean: {
                type: ['integer', 'string'],
                'x-unit': 'ms',
                pattern: '^(\\d+(\\.\\d+)?(us|ms|s|m|h))+$',
                minimum: 0,
                maximum: 86400000,
                default: 100,
                description: 'Mean delay (normal, lognormal).',
              },
              deviation: {
                type: ['integer', 'string'],
                'x-unit': 'ms',
                pattern: '^(\\d+(\\.\\d+)?(us|ms|s|m|h))+$',
                minimum: 0,
                maximum: 86400000,
                default: 25,
                description: 'Standard deviation (normal, lognormal).',
              },
              minimum: {
                type: ['integer', 'string'],
                'x-unit': 'ms',
                pattern: '^(\\d+(\\.\\d+)?(us|ms|s|m|h))+$',
                minimum: 0,
                maximum: 86400000,
                default: 0,
                description: 'No delay is shorter; where the tail of pareto begins.',
              },
              maximum: {
                type: ['integer', 'string'],
                'x-unit': 'ms',
                pattern: '^(\\d+(\\.\\d+)?(us|ms|s|m|h))+$',
                minimum: 0,
                maximum: 86400000,
                default: 60000,
                description: 'No delay is longer.',
              },
              shape: {
                type: 'number',
                minimum: 0.1,
                maximum: 100,
                default: 3,
                description: 'Exponent of the tail (pareto).',
              },
              table: {
                type: 'array',
                items: {
                  type: 'object',
                  additionalProperties: false,
                  required: ['p', 'ms'],
                  properties: {
                    p: {
                      type: 'number',
                      minimum: 0,
                      maximum: 100,
                      description: 'Percentile.',
                    },
                    ms: {
                      type: ['integer', 'string'],
                      'x-unit': 'ms',
                      pattern: '^(\\d+(\\.\\d+)?(us|ms|s|m|h))+$',
                      minimum: 0,
                      maximum: 86400000,
                      description: 'Delay at that percentile.',
                    },
                  },
                },
                minItems: 0,
                maxItems: 100,
                default: [],
                description: 'Percentiles and their delays, rising (table).',
              },
            },
          },
          toxicity: {
            type: 'number',
            minimum: 0,
            maximum: 1,
            default: 1,
            description: 'Chance that the fault applies to a connection, 0 to 1.',
          },
          trigger: {
            type: 'object',
            additionalProperties: false,
            required: [],
            properties: {
              first: {
                type: 'integer',
                minimum: 1,
                maximum: 9007199254740991,
                description: 'Only the first so many.',
                'x-optional': true,
              },
              nth: {
                type: 'integer',
                minimum: 1,
                maximum: 9007199254740991,
                description: 'Only the one with this number.',
                'x-optional': true,
              },
              every: {
                type: 'integer',
                minimum: 1,
                maximum: 9007199254740991,
                description: 'Every n-th, for this n.',
                'x-optional': true,
              },
              after: {
                type: 'integer',
                minimum: 0,
                maximum: 9007199254740991,
                description: 'Only those after the first so many.',
                'x-optional': true,
              },
              times: {
                type: 'integer',
                minimum: 1,
                maximum: 9007199254740991,
                description: 'At most so many that the fault applied to.',
                'x-optional': true,
              },
              for: {
                type: ['integer', 'string'],
                'x-unit': 'ms',
                pattern: '^(\\d+(\\.\\d+)?(us|ms|s|m|h))+$',
                minimum: 1,
                maximum: 86400000,
                description: 'Only for so long after the fault was attached.',
                'x-optional': true,
              },
            },
            minProperties: 1,
            description: 'Counts and windows instead of chance; connections that match are counted 1, 2, ...',
            'x-optional': true,
          },
          match: {
            type: 'object',
            additionalProperties: false,
            required: ['client'],
            properties: {
              client: {
                type: 'array',
                items: {
                  type: 'string',
                  minLength: 1,
                  maxLength: 64,
                  description: 'Such as 127.0.0.1 or 10.0.0.0/8.',
                },
                minItems: 1,
                maxItems: 100,
                description: 'Client addresses, each an IP address or a CIDR range.',
              },
            },
            description: 'Which connections the fault looks at.',
            'x-optional': true,
          },
          key: {
            type: 'object',
            additionalProperties: false,
            required: ['client'],
            properties: {
              client: {
                type: 'string',
                enum: ['address'],
                description: 'The address of the client, without its port.',
              },
            },
            description: 'Makes the draw follow a value instead of the order of arrival.',
            'x-optional': true,
          },
          applies_to: {
            type: 'string',
            enum: ['new', 'existing', 'both'],
            default: 'both',
            description: 'Which connections: those opened after the fault was attached, those open before, or both.',
          },
          enabled: {
            type: 'boolean',
            default: true,
            description: 'A fault that is not enabled stays attached and does nothing.',
          },
          dry_run: {
            type: 'boolean',
            default: false,
            description: 'Decide and count, but do nothing.',
          },
        },
      },
      FaultInput: {
        title: 'FaultInput',
        description: 'A fault; its kind says which fields it takes.',
        oneOf: [
          {
            $ref: '#/components/schemas/Fault.connect_stall',
          },
          {
            $ref: '#/components/schemas/Fault.connection_limit',
          },
          {
            $ref: '#/components/schemas/Fault.idle_close',
          },
          {
            $ref: '#/components/schemas/Fault.max_age',
          },
          {
            $ref: '#/components/schemas/Fault.refuse',
          },
          {
            $ref: '#/components/schemas/Fault.slow_accept',
          },
          {
            $ref: '#/components/schemas/Fault.slow_dial',
          },
          {
            $ref: '#/components/schemas/Fault.bandwidth',
          },
          {
            $ref: '#/components/schemas/Fault.blackhole',
          },
          {
            $ref: '#/components/schemas/Fault.corrupt',
          },
          {
            $ref: '#/components/schemas/Fault.latency',
          },
          {
            $ref: '#/components/schemas/Fault.limit_data',
          },
          {
            $ref: '#/components/schemas/Fault.loss',
          },
          {
            $ref: '#/components/schemas/Fault.noop',
          },
          {
            $ref: '#/components/schemas/Fault.reset_peer',
          },
          {
            $ref: '#/components/schemas/Fault.shared_bandwidth',
          },
          {
            $ref: '#/components/schemas/Fault.slicer',
          },
          {
            $ref: '#/components/schemas/Fault.slow_close',
          },
          {
            $ref: '#/components/schemas/Fault.stall_after',
          },
          {
            $ref: '#/components/schemas/Fault.timeout',
          },
          {
            $ref: '#/components/schemas/Fault.variable_latency',
          },
        ],
        discriminator: {
          propertyName: 'kind',
          mapping: {
            connect_stall: '#/components/schemas/Fault.connect_stall',
            connection_limit: '#/components/schemas/Fault.connection_limit',
            idle_close: '#/components/schemas/Fault.idle_close',
            max_age: '#/components/schemas/Fault.max_age',
            refuse: '#/components/schemas/Fault.refuse',
            slow_accept: '#/components/schemas/Fault.slow_accept',
            slow_dial: '#/components/schemas/Fault.slow_dial',
            bandwidth: '#/components/schemas/Fault.bandwidth',
            blackhole: '#/components/schemas/Fault.blackhole',
            corrupt: '#/components/schemas/Fault.corrupt',
            latency: '#/components/schemas/Fault.latency',
            limit_data: '#/components/schemas/Fault.limit_data',
            loss: '#/components/schemas/Fault.loss',
            noop: '#/components/schemas/Fault.noop',
            reset_peer: '#/components/schemas/Fault.reset_peer',
            shared_bandwidth: '#/components/schemas/Fault.shared_bandwidth',
            slicer: '#/components/schemas/Fault.slicer',
            slow_close: '#/components/schemas/Fault.slow_close',
            stall_after: '#/components/schemas/Fault.stall_after',
            timeout: '#/components/schemas/Fault.timeout',
            variable_latency: '#/components/schemas/Fault.variable_latency',
          },
        },
      },
      FaultPatch: {
        title: 'FaultPatch',
        type: 'object',
        additionalProperties: false,
        properties: {
          attributes: {
            type: 'object',
            description: 'Those of the kind; what is left out stays.',
          },
          toxicity: {
            type: 'number',
            minimum: 0,
            maximum: 1,
            description: 'Chance that the fault applies to a connection, 0 to 1.',
          },
          trigger: {
            type: 'object',
            additionalProperties: false,
            required: [],
            properties: {
              first: {
                type: 'integer',
                minimum: 1,
                maximum: 9007199254740991,
                description: 'Only the first so many.',
                'x-optional': true,
              },
              nth: {
                type: 'integer',
                minimum: 1,
                maximum: 9007199254740991,
                description: 'Only the one with this number.',
                'x-optional': true,
              },
              every: {
                type: 'integer',
                minimum: 1,
                maximum: 9007199254740991,
                description: 'Every n-th, for this n.',
                'x-optional': true,
              },
              after: {
                type: 'integer',
                minimum: 0,
                maximum: 9007199254740991,
                description: 'Only those after the first so many.',
                'x-optional': true,
              },
              times: {
                type: 'integer',
                minimum: 1,
                maximum: 9007199254740991,
                description: 'At most so many that the fault applied to.',
                'x-optional': true,
              },
              for: {
                type: ['integer', 'string'],
                'x-unit': 'ms',
                pattern: '^(\\d+(\\.\\d+)?(us|ms|s|m|h))+$',
                minimum: 1,
                maximum: 86400000,
                description: 'Only for so long after the fault was attached.',
                'x-optional': true,
              },
            },
            minProperties: 1,
            description: 'Counts and windows instead of chance; connections that match are counted 1, 2, ...',
            'x-optional': true,
          },
          match: {
            type: 'object',
            additionalProperties: false,
            required: ['client'],
            properties: {
              client: {
                type: 'array',
                items: {
                  type: 'string',
                  minLength: 1,
                  maxLength: 64,
                  description: 'Such as 127.0.0.1 or 10.0.0.0/8.',
                },
                minItems: 1,
                maxItems: 100,
                description: 'Client addresses, each an IP address or a CIDR range.',
              },
            },
            description: 'Which connections the fault looks at.',
            'x-optional': true,
          },
          key: {
            type: 'object',
            additionalProperties: false,
            required: ['client'],
            properties: {
              client: {
                type: 'string',
                enum: ['address'],
                description: 'The address of the client, without its port.',
              },
            },
            description: 'Makes the draw follow a value instead of the order of arrival.',
            'x-optional': true,
          },
          applies_to: {
            type: 'string',
            enum: ['new', 'existing', 'both'],
            description: 'Which connections: those opened after the fault was attached, those open before, or both.',
          },
          enabled: {
            type: 'boolean',
            description: 'A fault that is not enabled stays attached and does nothing.',
          },
          dry_run: {
            type: 'boolean',
            description: 'Decide and count, but do nothing.',
          },
        },
        required: [],
      },
      ProxyInput: {
        title: 'ProxyInput',
        type: 'object',
        description: 'A listener, the upstream it forwards to, and the faults between them.',
        additionalProperties: false,
        required: ['upstream'],
        properties: {
          listen: {
            type: 'string',
            minLength: 1,
            maxLength: 300,
            default: '127.0.0.1:0',
            description: 'host:port, [ipv6]:port or unix:/path. Port 0 takes a free one.',
          },
          upstream: {
            type: 'string',
            minLength: 1,
            maxLength: 300,
            description: 'host:port, [ipv6]:port or unix:/path.',
          },
          protocol: {
            type: 'string',
            enum: ['tcp'],
            default: 'tcp',
            description: 'What the proxy understands of the traffic.',
          },
          from: {
            type: 'string',
            pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$',
            'x-allowed': 'a name of 1 to 100 letters, digits, ".", "_" and "-" that begins with a letter or digit',
            description: 'The service that calls.',
          },
          to: {
            type: 'string',
            pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$',
            'x-allowed': 'a name of 1 to 100 letters, digits, ".", "_" and "-" that begins with a letter or digit',
            description: 'The service that is called.',
          },
          enabled: {
            type: 'boolean',
            default: true,
            description: 'A proxy that is not enabled does not listen.',
          },
          faults: {
            type: 'array',
            maxItems: 1000,
            items: {
              $ref: '#/components/schemas/FaultInput',
            },
            default: [],
            description: 'In the order they act.',
          },
        },
      },
      ProxyPatch: {
        title: 'ProxyPatch',
        type: 'object',
        description: 'A listener, the upstream it forwards to, and the faults between them.',
        additionalProperties: false,
        required: [],
        properties: {
          listen: {
            type: 'string',
            minLength: 1,
            maxLength: 300,
            description: 'host:port, [ipv6]:port or unix:/path. Port 0 takes a free one.',
          },
          upstream: {
            type: 'string',
            minLength: 1,
            maxLength: 300,
            description: 'host:port, [ipv6]:port or unix:/path.',
          },
          protocol: {
            type: 'string',
            enum: ['tcp'],
            description: 'What the proxy understands of the traffic.',
          },
          from: {
            type: 'string',
            pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$',
            'x-allowed': 'a name of 1 to 100 letters, digits, ".", "_" and "-" that begins with a letter or digit',
            description: 'The service that calls.',
          },
          to: {
            type: 'string',
            pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$',
            'x-allowed': 'a name of 1 to 100 letters, digits, ".", "_" and "-" that begins with a letter or digit',
            description: 'The service that is called.',
          },
          enabled: {
            type: 'boolean',
            description: 'A proxy that is not enabled does not listen.',
          },
          faults: {
            type: 'array',
            maxItems: 1000,
            items: {
              $ref: '#/components/schemas/FaultInput',
            },
            description: 'In the order they act.',
          },
        },
      },
      ConfigInput: {
        title: 'ConfigInput',
        type: 'object',
        additionalProperties: false,
        required: ['proxies'],
        properties: {
          proxies: {
            type: 'object',
            additionalProperties: {
              $ref: '#/components/schemas/ProxyInput',
            },
          },
        },
      },
      RunStart: {
        title: 'RunStart',
        type: 'object',
        additionalProperties: false,
        required: ['profile'],
        properties: {
          profile: {
            type: ['string', 'object'],
            description: 'Name of a profile, or a profile given whole.',
          },
          seed: {
            type: ['string', 'integer'],
            description: "Default: the profile's, else the daemon's.",
          },
          targets: {
            type: 'object',
            description: 'Points targets of the profile elsewhere.',
            additionalProperties: {
              type: ['string', 'object'],
              description: 'A proxy by its name, or all with these labels.',
            },
          },
          share: {
            type: 'boolean',
            default: false,
            description: 'Start although another run holds a target.',
          },
        },
      },
    },
  },
  paths: {
    '/v1/proxies': {
      get: {
        operationId: 'listProxies',
        summary: 'All proxies with their faults, in order of creation.',
        tags: ['proxies'],
        security: [
          {
            token: [],
          },
          {},
        ],
        responses: {
          '200': {
            description: 'The proxies.',
            content: {
              'application/json': {
                schema: {
                  $ref: '#/components/schemas/ProxyList',
                },
              },
            },
          },
          '400': {
            description: 'invalid_request',
            content: {
              'application/problem+json': {
                schema: {
                  $ref: '#/components/schemas/ProblemView',
                },
              },
            },
          },
          '401': {
            description: 'unauthorized',
            content: {
              'application/problem+json': {
                schema: {
                  $ref: '#/components/schemas/ProblemView',
                },
              },
            },
          },
          '403': {
            description: 'forbidden_host',
            content: {
              'application/problem+json': {
                schema: {
                  $ref: '#/components/schemas/ProblemView',
                },
              },
            },
          },
          '429': {
            description: 'limit_reached',
            content: {
              'application/problem+json': {
                schema: {
                  $ref: '#/components/schemas/ProblemView',
                },
              },
            },
          },
          '500': {
            description: 'internal',
            content: {
              'application/problem+json': {
                schema: {
                  $ref: '#/components/schemas/ProblemView',
                },
              },
            },
          },
        },
      },
    },
    '/v1/proxies/{proxy}': {
      get: {
        operationId: 'getProxy',
        summary: 'One proxy with its faults.',
        tags: ['proxies'],
        parameters: [
          {
            schema: {
              type: 'string',
              pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$',
            },
            in: 'path',
            name: 'proxy',
            required: true,
            description: 'Name of the proxy.',
          },
        ],
        security: [
          {
            token: [],
          },
          {},
        ],
        responses: {
          '200': {
            description: 'The proxy.',
            content: {
              'application/json': {
                schema: {
                  $ref: '#/components/schemas/ProxyView',
                },
              },
            },
          },
          '400': {
            description: 'invalid_request',
            content: {
              'application/problem+json': {
                schema: {
                  $ref: '#/components/schemas/ProblemView',
                },
              },
            },
          },
          '401': {
            description: 'unauthorized',
            content: {
              'application/problem+json': {
                schema: {
                  $ref: '#/components/schemas/ProblemView',
                },
              },
            },
          },
          '403': {
            description: 'forbidden_host',
            content: {
              'application/problem+json': {
                schema: {
                  $ref: '#/components/schemas/ProblemView',
                },
              },
            },
          },
          '404': {
            description: 'proxy_not_found',
            content: {
              'application/problem+json': {
                schema: {
                  $ref: '#/components/schemas/ProblemView',
                },
              },
            },
          },
          '429': {
            description: 'limit_reached',
            content: {
              'application/problem+json': {
                schema: {
                  $ref: '#/components/schemas/ProblemView',
                },
              },
            },
          },
          '500': {
            description: 'internal',
            content: {
              'application/problem+json': {
                schema: {
                  $ref: '#/components/schemas/ProblemView',
                },
              },
            },
          },
        },
      },
      put: {
        operationId: 'putProxy',
        summary: 'Create a proxy, or replace it whole, faults included.',
        tags: ['proxies'],
        description:
          'Either everything is as asked or nothing changed. A fault stays the same, with its counters, where name, kind and stream do. Open connections stay unless listen or upstream change. With `If-None-Match: *` it only creates.',
        requestBody: {
          required: true,
          content: {
            'application/json': {
              schema: {
                $ref: '#/components/schemas/ProxyInput',
              },
            },
          },
        },
        parameters: [
          {
            schema: {
              type: 'string',
              pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$',
            },
            in: 'path',
            name: 'proxy',
            required: true,
            description: 'Name of the proxy.',
          },
          {
            schema: {
              type: 'string',
              enum: ['*'],
            },
            in: 'header',
            name: 'if-none-match',
            required: false,
            description: 'Refuse with proxy_exists when there is one.',
          },
        ],
        security: [
          {
            token: [],
          },
          {},
        ],
        responses: {
          '200': {
            description: 'Replaced.',
            content: {
              'application/json': {
                schema: {
                  $ref: '#/components/schemas/ProxyChanged',
                },
              },
            },
          },
          '201': {
            description: 'Created; it accepts connections already.',
            content: {
              'application/json': {
                schema: {
                  $ref: '#/components/schemas/ProxyChanged',
                },
              },
            },
          },
          '400': {
            description: 'invalid_json, invalid_request',
            content: {
              'application/problem+json': {
                schema: {
                  $ref: '#/components/schemas/ProblemView',
                },
              },
            },
          },
          '401': {
            description: 'unauthorized',
            content: {
              'application/problem+json': {
                schema: {
                  $ref: '#/components/schemas/ProblemView',
                },
              },
            },
          },
          '403': {
            description: 'forbidden_host, upstream_not_allowed',
            content: {
              'application/problem+json': {
                schema: {
                  $ref: '#/components/schemas/ProblemView',
                },
              },
            },
          },
          '404': {
            description: 'kind_not_found',
            content: {
              'application/problem+json': {
                schema: {
                  $ref: '#/components/schemas/ProblemView',
                },
              },
            },
          },
          '409': {
            description: 'address_in_use, fault_exists, owned_by_run, proxy_exists',
            content: {
              'application/problem+json': {
                schema: {
                  $ref: '#/components/schemas/ProblemView',
                },
              },
            },
          },
          '413': {
            description: 'body_too_large',
            content: {
              'application/problem+json': {
                schema: {
                  $ref: '#/components/schemas/ProblemView',
                },
              },
            },
          },
          '422': {
            description: 'address_not_available, invalid_fault, kind_unsupported, listen_failed',
            content: {
              'application/problem+json': {
                schema: {
                  $ref: '#/components/schemas/ProblemView',
                },
              },
            },
          },
          '429': {
            description: 'limit_reached',
            content: {
              'application/problem+json': {
                schema: {
                  $ref: '#/components/schemas/ProblemView',
                },
              },
            },
          },
          '500': {
            description: 'internal',
            content: {
              'application/problem+json': {
                schema: {
                  $ref: '#/components/schemas/ProblemView',
                },
              },
            },
          },
        },
      },
      patch: {
        operationId: 'patchProxy',
        summary: 'Change some fields of a proxy.',
        tags: ['proxies'],
        description:
          'What is left out stays. `faults`, when given, replaces all faults but those of runs. If the new address cannot be listened on, the old one goes on.',
        requestBody: {
          required: true,
          content: {
            'application/json': {
              schema: {
                $ref: '#/components/schemas/ProxyPatch',
              },
            },
          },
        },
        parameters: [
          {
            schema: {
              type: 'string',
              pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$',
            },
            in: 'path',
            name: 'proxy',
            required: true,
            description: 'Name of the proxy.',
          },
        ],
        security: [
          {
            token: [],
          },
          {},
        ],
        responses: {
          '200': {
            description: 'Changed.',
            content: {
              'application/json': {
                schema: {
                  $ref: '#/components/schemas/ProxyChanged',
                },
              },
            },
          },
          '400': {
            description: 'invalid_json, invalid_request',
            content: {
              'application/problem+json': {
                schema: {
                  $ref: '#/components/schemas/ProblemView',
                },
              },
            },
          },
          '401': {
            description: 'unauthorized',
            content: {
              'application/problem+json': {
                schema: {
                  $ref: '#/components/schemas/ProblemView',
                },
              },
            },
          },
          '403': {
            description: 'forbidden_host, upstream_not_allowed',
            content: {
              'application/problem+json': {
                schema: {
                  $ref: '#/components/schemas/ProblemView',
                },
              },
            },
          },
          '404': {
            description: 'kind_not_found, proxy_not_found',
            content: {
              'application/problem+json': {
                schema: {
                  $ref: '#/components/schemas/ProblemView',
                },
              },
            },
          },
          '409': {
            description: 'address_in_use, fault_exists, owned_by_run',
            content: {
              'application/problem+json': {
                schema: {
                  $ref: '#/components/schemas/ProblemView',
                },
              },
            },
          },
          '413': {
            description: 'body_too_large',
            content: {
              'application/problem+json': {
                schema: {
                  $ref: '#/components/schemas/ProblemView',
                },
              },
            },
          },
          '422': {
            description: 'address_not_available, invalid_fault, kind_unsupported, listen_failed',
            content: {
              'application/problem+json': {
                schema: {
                  $ref: '#/components/schemas/ProblemView',
                },
              },
            },
          },
          '429': {
            description: 'limit_reached',
            content: {
              'application/problem+json': {
                schema: {
                  $ref: '#/components/schemas/ProblemView',
                },
              },
            },
          },
          '500': {
            description: 'internal',
            content: {
              'application/problem+json': {
                schema: {
                  $ref: '#/components/schemas/ProblemView',
                },
              },
            },
          },
        },
      },
      delete: {
        operationId: 'deleteProxy',
        summary: 'Remove a proxy, its faults and its connections.',
        tags: ['proxies'],
        description: 'A run that had faults on it ends as aborted.',
        parameters: [
          {
            schema: {
              type: 'string',
              pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$',
            },
            in: 'path',
            name: 'proxy',
            required: true,
            description: 'Name of the proxy.',
          },
        ],
        security: [
          {
            token: [],
          },
          {},
        ],
        responses: {
          '200': {
            description: 'Removed; its port is free.',
            content: {
              'application/json': {
                schema: {
                  $ref: '#/components/schemas/Removed',
                },
              },
            },
          },
          '400': {
            description: 'invalid_request',
            content: {
              'application/problem+json': {
                schema: {
                  $ref: '#/components/schemas/ProblemView',
                },
              },
            },
          },
          '401': {
            description: 'unauthorized',
            content: {
              'application/problem+json': {
                schema: {
                  $ref: '#/components/schemas/ProblemView',
                },
              },
            },
          },
          '403': {
            description: 'forbidden_host',
            content: {
              'application/problem+json': {
                schema: {
                  $ref: '#/components/schemas/ProblemView',
                },
              },
            },
          },
          '404': {
            description: 'proxy_not_found',
            content: {
              'application/problem+json': {
                schema: {
                  $ref: '#/components/schemas/ProblemView',
                },
              },
            },
          },
          '409': {
            description: 'owned_by_run',
            content: {
              'application/problem+json': {
                schema: {
                  $ref: '#/components/schemas/ProblemView',
                },
              },
            },
          },
          '429': {
            description: 'limit_reached',
            content: {
              'application/problem+json': {
                schema: {
                  $ref: '#/components/schemas/ProblemView',
                },
              },
            },
          },
          '500': {
            description: 'internal',
            content: {
              'application/problem+json': {
                schema: {
                  $ref: '#/components/schemas/ProblemView',
                },
              },
            },
          },
        },
      },
    },
    '/v1/proxies/{proxy}/faults': {
      get: {
        operationId: 'listFaults',
        summary: 'The faults of a proxy, in the order in which they act.',
        tags: ['faults'],
        parameters: [
          {
            schema: {
              type: 'string',
              pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$',
            },
            in: 'path',
            name: 'proxy',
            required: true,
            description: 'Name of the proxy.',
          },
        ],
        security: [
          {
            token: [],
          },
          {},
        ],
        responses: {
          '200': {
            description: 'The faults.',
            content: {
              'application/json': {
                schema: {
                  $ref: '#/components/schemas/FaultList',
                },
              },
            },
          },
          '400': {
            description: 'invalid_request',
            content: {
              'application/problem+json': {
                schema: {
                  $ref: '#/components/schemas/ProblemView',
                },
              },
            },
          },
          '401': {
            description: 'unauthorized',
            content: {
              'application/problem+json': {
                schema: {
                  $ref: '#/components/schemas/ProblemView',
                },
              },
            },
          },
          '403': {
            description: 'forbidden_host',
            content: {
              'application/problem+json': {
                schema: {
                  $ref: '#/components/schemas/ProblemView',
                },
              },
            },
          },
          '404': {
            description: 'proxy_not_found',
            content: {
              'application/problem+json': {
                schema: {
                  $ref: '#/components/schemas/ProblemView',
                },
              },
            },
          },
          '429': {
            description: 'limit_reached',
            content: {
              'application/problem+json': {
                schema: {
                  $ref: '#/components/schemas/ProblemView',
                },
              },
            },
          },
          '500': {
            description: 'internal',
            content: {
              'application/problem+json': {
                schema: {
                  $ref: '#/components/schemas/ProblemView',
                },
              },
            },
          },
        },
      },
      post: {
        operationId: 'addFault',
        summary: 'Attach a fault. It acts at once, on open connections too.',
        tags: ['faults'],
        requestBody: {
          required: true,
          content: {
            'application/json': {
              schema: {
                $ref: '#/components/schemas/FaultInput',
              },
            },
          },
        },
        parameters: [
          {
            schema: {
              type: 'string',
              pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$',
            },
            in: 'path',
            name: 'proxy',
            required: true,
            description: 'Name of the proxy.',
          },
        ],
        security: [
          {
            token: [],
          },
          {},
        ],
        responses: {
          '201': {
            description: 'Attached.',
            content: {
              'application/json': {
                schema: {
                  $ref: '#/components/schemas/FaultChanged',
                },
              },
            },
          },
          '400': {
            description: 'invalid_json, invalid_request',
            content: {
              'application/problem+json': {
                schema: {
                  $ref: '#/components/schemas/ProblemView',
                },
              },
            },
          },
          '401': {
            description: 'unauthorized',
            content: {
              'application/problem+json': {
                schema: {
                  $ref: '#/components/schemas/ProblemView',
                },
              },
            },
          },
          '403': {
            description: 'forbidden_host',
            content: {
              'application/problem+json': {
                schema: {
                  $ref: '#/components/schemas/ProblemView',
                },
              },
            },
          },
          '404': {
            description: 'kind_not_found, proxy_not_found',
            content: {
              'application/problem+json': {
                schema: {
                  $ref: '#/components/schemas/ProblemView',
                },
              },
            },
          },
          '409': {
            description: 'fault_exists',
            content: {
              'application/problem+json': {
                schema: {
                  $ref: '#/components/schemas/ProblemView',
                },
              },
            },
          },
          '413': {
            description: 'body_too_large',
            content: {
              'application/problem+json': {
                schema: {
                  $ref: '#/components/schemas/ProblemView',
                },
              },
            },
          },
          '422': {
            description: 'invalid_fault, kind_not_for_protocol, kind_unsupported',
            content: {
              'application/problem+json': {
                schema: {
                  $ref: '#/components/schemas/ProblemView',
                },
              },
            },
          },
          '429': {
            description: 'limit_reached',
            content: {
              'application/problem+json': {
                schema: {
                  $ref: '#/components/schemas/ProblemView',
                },
              },
            },
          },
          '500': {
            description: 'internal',
            content: {
              'application/problem+json': {
                schema: {
                  $ref: '#/components/schemas/ProblemView',
                },
              },
            },
          },
        },
      },
    },
    '/v1/proxies/{proxy}/faults/{fault}': {
      get: {
        operationId: 'getFault',
        summary: 'One fault, with how often it was asked, acted and was skipped.',
        tags: ['faults'],
        parameters: [
          {
            schema: {
              type: 'string',
              pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$',
            },
            in: 'path',
            name: 'proxy',
            required: true,
            description: 'Name of the proxy.',
          },
          {
            schema: {
              type: 'string',
              pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$',
            },
            in: 'path',
            name: 'fault',
            required: true,
            description: 'Name of the fault.',
          },
        ],
        security: [
          {
            token: [],
          },
          {},
        ],
        responses: {
          '200': {
            description: 'The fault.',
            content: {
              'application/json': {
                schema: {
                  $ref: '#/components/schemas/FaultView',
                },
              },
            },
          },
          '400': {
            description: 'invalid_request',
            content: {
              'application/problem+json': {
                schema: {
                  $ref: '#/components/schemas/ProblemView',
                },
              },
            },
          },
          '401': {
            description: 'unauthorized',
            content: {
              'application/problem+json': {
                schema: {
                  $ref: '#/components/schemas/ProblemView',
                },
              },
            },
          },
          '403': {
            description: 'forbidden_host',
            content: {
              'application/problem+json': {
                schema: {
                  $ref: '#/components/schemas/ProblemView',
                },
              },
            },
          },
          '404': {
            description: 'fault_not_found, proxy_not_found',
            content: {
              'application/problem+json': {
                schema: {
                  $ref: '#/components/schemas/ProblemView',
                },
              },
            },
          },
          '429': {
            description: 'limit_reached',
            content: {
              'application/problem+json': {
                schema: {
                  $ref: '#/components/schemas/ProblemView',
                },
              },
            },
          },
          '500': {
            description: 'internal',
            content: {
              'application/problem+json': {
                schema: {
                  $ref: '#/components/schemas/ProblemView',
                },
              },
            },
          },
        },
      },
      patch: {
        operationId: 'patchFault',
        summary: 'Change a fault where it stands.',
        tags: ['faults'],
        description:
          'Attributes merge, other fields replace; name, kind and stream never change. A patch that changes nothing touches nothing.',
        requestBody: {
          required: true,
          content: {
            'application/json': {
              schema: {
                $ref: '#/components/schemas/FaultPatch',
              },
            },
          },
        },
        parameters: [
          {
            schema: {
              type: 'string',
              pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$',
            },
            in: 'path',
            name: 'proxy',
            required: true,
            description: 'Name of the proxy.',
          },
          {
            schema: {
              type: 'string',
              pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$',
            },
            in: 'path',
            name: 'fault',
            required: true,
            description: 'Name of the fault.',
          },
        ],
        security: [
          {
            token: [],
          },
          {},
        ],
        responses: {
          '200': {
            description: 'Changed.',
            content: {
              'application/json': {
                schema: {
                  $ref: '#/components/schemas/FaultChanged',
                },
              },
            },
          },
          '400': {
            description: 'invalid_json, invalid_request',
            content: {
              'application/problem+json': {
                schema: {
                  $ref: '#/components/schemas/ProblemView',
                },
              },
            },
          },
          '401': {
            description: 'unauthorized',
            content: {
              'application/problem+json': {
                schema: {
                  $ref: '#/components/schemas/ProblemView',
                },
              },
            },
          },
          '403': {
            description: 'forbidden_host',
            content: {
              'application/problem+json': {
                schema: {
                  $ref: '#/components/schemas/ProblemView',
                },
              },
            },
          },
          '404': {
            description: 'fault_not_found, proxy_not_found',
            content: {
              'application/problem+json': {
                schema: {
                  $ref: '#/components/schemas/ProblemView',
                },
              },
            },
          },
          '409': {
            description: 'owned_by_run',
            content: {
              'application/problem+json': {
                schema: {
                  $ref: '#/components/schemas/ProblemView',
                },
              },
            },
          },
          '413': {
            description: 'body_too_large',
            content: {
              'application/problem+json': {
                schema: {
                  $ref: '#/components/schemas/ProblemView',
                },
              },
            },
          },
          '422': {
            description: 'invalid_fault',
            content: {
              'application/problem+json': {
                schema: {
                  $ref: '#/components/schemas/ProblemView',
                },
              },
            },
          },
          '429': {
            description: 'limit_reached',
            content: {
              'application/problem+json': {
                schema: {
                  $ref: '#/components/schemas/ProblemView',
                },
              },
            },
          },
          '500': {
            description: 'internal',
            content: {
              'application/problem+json': {
                schema: {
                  $ref: '#/components/schemas/ProblemView',
                },
              },
            },
          },
        },
      },
      delete: {
        operationId: 'deleteFault',
        summary: 'Remove a fault. What it holds is released at once.',
        tags: ['faults'],
        parameters: [
          {
            schema: {
              type: 'string',
              pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$',
            },
            in: 'path',
            name: 'proxy',
            required: true,
            description: 'Name of the proxy.',
          },
          {
            schema: {
              type: 'string',
              pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$',
            },
            in: 'path',
            name: 'fault',
            required: true,
            description: 'Name of the fault.',
          },
        ],
        security: [
          {
            token: [],
          },
          {},
        ],
        responses: {
          '200': {
            description: 'Removed.',
            content: {
              'application/json': {
                schema: {
                  $ref: '#/components/schemas/Removed',
                },
              },
            },
          },
          '400': {
            description: 'invalid_request',
            content: {
              'application/problem+json': {
                schema: {
                  $ref: '#/components/schemas/ProblemView',
                },
              },
            },
          },
          '401': {
            description: 'unauthorized',
            content: {
              'application/problem+json': {
                schema: {
                  $ref: '#/components/schemas/ProblemView',
                },
              },
            },
          },
          '403': {
            description: 'forbidden_host',
            content: {
              'application/problem+json': {
                schema: {
                  $ref: '#/components/schemas/ProblemView',
                },
              },
            },
          },
          '404': {
            description: 'fault_not_found, proxy_not_found',
            content: {
              'application/problem+json': {
                schema: {
                  $ref: '#/components/schemas/ProblemView',
                },
              },
            },
          },
          '409': {
            description: 'owned_by_run',
            content: {
              'application/problem+json': {
                schema: {
                  $ref: '#/components/schemas/ProblemView',
                },
              },
            },
          },
          '429': {
            description: 'limit_reached',
            content: {
              'application/problem+json': {
                schema: {
                  $ref: '#/components/schemas/ProblemView',
                },
              },
            },
          },
          '500': {
            description: 'internal',
            content: {
              'application/problem+json': {
                schema: {
                  $ref: '#/components/schemas/ProblemView',
                },
              },
            },
          },
        },
      },
    },
    '/v1/config': {
      get: {
        operationId: 'getConfig',
        summary: 'Desired state, in the shape that PUT and config files take.',
        tags: ['config'],
        security: [
          {
            token: [],
          },
          {},
        ],
        responses: {
          '200': {
            description: 'The config.',
            content: {
              'application/json': {
                schema: {
                  $ref: '#/components/schemas/ConfigView',
                },
              },
            },
          },
          '400': {
            description: 'invalid_request',
            content: {
              'application/problem+json': {
                schema: {
                  $ref: '#/components/schemas/ProblemView',
                },
              },
            },
          },
          '401': {
            description: 'unauthorized',
            content: {
              'application/problem+json': {
                schema: {
                  $ref: '#/components/schemas/ProblemView',
                },
              },
            },
          },
          '403': {
            description: 'forbidden_host',
            content: {
              'application/problem+json': {
                schema: {
                  $ref: '#/components/schemas/ProblemView',
                },
              },
            },
          },
          '429': {
            description: 'limit_reached',
            content: {
              'application/problem+json': {
                schema: {
                  $ref: '#/components/schemas/ProblemView',
                },
              },
            },
          },
          '500': {
            description: 'internal',
            content: {
              'application/problem+json': {
                schema: {
                  $ref: '#/components/schemas/ProblemView',
                },
              },
            },
          },
        },
      },
      put: {
        operationId: 'putConfig',
        summary: 'Replace all proxies and faults that config and API own, whole or not at all.',
        tags: ['config'],
        description:
          'What is already as asked is not touched: its connections stay. Proxies and faults of runs stay too.',
        requestBody: {
          required: true,
          content: {
            'application/json': {
              schema: {
                $ref: '#/components/schemas/ConfigInput',
              },
            },
          },
        },
        parameters: [
          {
            schema: {
              type: 'boolean',
              default: false,
            },
            in: 'query',
            name: 'dry_run',
            required: false,
            description: 'Only answer what would change.',
          },
        ],
        security: [
          {
            token: [],
          },
          {},
        ],
        responses: {
          '200': {
            description: 'What changed, or would.',
            content: {
              'application/json': {
                schema: {
                  $ref: '#/components/schemas/ConfigChanged',
                },
              },
            },
          },
          '400': {
            description: 'invalid_json, invalid_request',
            content: {
              'application/problem+json': {
                schema: {
                  $ref: '#/components/schemas/ProblemView',
                },
              },
            },
          },
          '401': {
            description: 'unauthorized',
            content: {
              'application/problem+json': {
                schema: {
                  $ref: '#/components/schemas/ProblemView',
                },
              },
            },
          },
          '403': {
            description: 'forbidden_host, upstream_not_allowed',
            content: {
              'application/problem+json': {
                schema: {
                  $ref: '#/components/schemas/ProblemView',
                },
              },
            },
          },
          '404': {
            description: 'kind_not_found',
            content: {
              'application/problem+json': {
                schema: {
                  $ref: '#/components/schemas/ProblemView',
                },
              },
            },
          },
          '409': {
            description: 'address_in_use, fault_exists',
            content: {
              'application/problem+json': {
                schema: {
                  $ref: '#/components/schemas/ProblemView',
                },
              },
            },
          },
          '413': {
            description: 'body_too_large',
            content: {
              'application/problem+json': {
                schema: {
                  $ref: '#/components/schemas/ProblemView',
                },
              },
            },
          },
          '422': {
            description: 'address_not_available, invalid_config, invalid_fault, kind_unsupported, listen_failed',
            content: {
              'application/problem+json': {
                schema: {
                  $ref: '#/components/schemas/ProblemView',
                },
              },
            },
          },
          '429': {
            description: 'limit_reached',
            content: {
              'application/problem+json': {
                schema: {
                  $ref: '#/components/schemas/ProblemView',
                },
              },
            },
          },
          '500': {
            description: 'internal',
            content: {
              'application/problem+json': {
                schema: {
                  $ref: '#/components/schemas/ProblemView',
                },
              },
            },
          },
        },
      },
    },
    '/v1/kinds': {
      get: {
        operationId: 'listKinds',
        summary: 'The catalogue: every kind of fault, with the schema of its attributes.',
        tags: ['kinds'],
        security: [
          {
            token: [],
          },
          {},
        ],
        responses: {
          '200': {
            description: 'The kinds.',
            content: {
              'application/json': {
                schema: {
                  $ref: '#/components/schemas/KindList',
                },
              },
            },
          },
          '400': {
            description: 'invalid_request',
            content: {
              'application/problem+json': {
                schema: {
                  $ref: '#/components/schemas/ProblemView',
                },
              },
            },
          },
          '401': {
            description: 'unauthorized',
            content: {
              'application/problem+json': {
                schema: {
                  $ref: '#/components/schemas/ProblemView',
                },
              },
            },
          },
          '403': {
            description: 'forbidden_host',
            content: {
              'application/problem+json': {
                schema: {
                  $ref: '#/components/schemas/ProblemView',
                },
              },
            },
          },
          '429': {
            description: 'limit_reached',
            content: {
              'application/problem+json': {
                schema: {
                  $ref: '#/components/schemas/ProblemView',
                },
              },
            },
          },
          '500': {
            description: 'internal',
            content: {
              'application/problem+json': {
                schema: {
                  $ref: '#/components/schemas/ProblemView',
                },
              },
            },
          },
        },
      },
    },
    '/v1/kinds/{kind}': {
      get: {
        operationId: 'getKind',
        summary: 'One kind of fault.',
        tags: ['kinds'],
        parameters: [
          {
            schema: {
              type: 'string',
            },
            in: 'path',
            name: 'kind',
            required: true,
            description: 'Name of the kind.',
          },
        ],
        security: [
          {
            token: [],
          },
          {},
        ],
        responses: {
          '200': {
            description: 'The kind.',
            content: {
              'application/json': {
                schema: {
                  $ref: '#/components/schemas/KindView',
                },
              },
            },
          },
          '400': {
            description: 'invalid_request',
            content: {
              'application/problem+json': {
                schema: {
                  $ref: '#/components/schemas/ProblemView',
                },
              },
            },
          },
          '401': {
            description: 'unauthorized',
            content: {
              'application/problem+json': {
                schema: {
                  $ref: '#/components/schemas/ProblemView',
                },
              },
            },
          },
          '403': {
            description: 'forbidden_host',
            content: {
              'application/problem+json': {
                schema: {
                  $ref: '#/components/schemas/ProblemView',
                },
              },
            },
          },
          '404': {
            description: 'kind_not_found',
            content: {
              'application/problem+json': {
                schema: {
                  $ref: '#/components/schemas/ProblemView',
                },
              },
            },
          },
          '429': {
            description: 'limit_reached',
            content: {
              'application/problem+json': {
                schema: {
                  $ref: '#/components/schemas/ProblemView',
                },
              },
            },
          },
          '500': {
            description: 'internal',
            content: {
              'application/problem+json': {
                schema: {
                  $ref: '#/components/schemas/ProblemView',
                },
              },
            },
          },
        },
      },
    },
    '/v1/connections': {
      get: {
        operationId: 'listConnections',
        summary: 'Open connections: age, bytes, and the faults that apply to each.',
        tags: ['connections'],
        parameters: [
          {
            schema: {
              type: 'string',
              minLength: 1,
              maxLength: 1000,
              'x-optional': true,
            },
            in: 'query',
            name: 'id',
            required: false,
            description: 'The connection of this id.',
          },
          {
            schema: {
              type: 'string',
              minLength: 1,
              maxLength: 1000,
              'x-optional': true,
            },
            in: 'query',
            name: 'proxy',
            required: false,
            description: 'Those of this proxy.',
          },
          {
            schema: {
              type: 'string',
              minLength: 1,
              maxLength: 1000,
              'x-optional': true,
            },
            in: 'query',
            name: 'client',
            required: false,
            description: 'Those from this client address.',
          },
          {
            schema: {
              type: 'string',
              minLength: 1,
              maxLength: 1000,
              'x-optional': true,
            },
            in: 'query',
            name: 'fault',
            required: false,
            description: 'Those that this fault applies to.',
          },
          {
            schema: {
              type: 'integer',
              minimum: 1,
              maximum: 100000,
              default: 1000,
            },
            in: 'query',
            name: 'limit',
            required: false,
            description: 'Most that are listed; `total` counts them all.',
          },
        ],
        security: [
          {
            token: [],
          },
          {},
        ],
        responses: {
          '200': {
            description: 'The connections.',
            content: {
              'application/json': {
                schema: {
                  $ref: '#/components/schemas/ConnectionList',
                },
              },
            },
          },
          '400': {
            description: 'invalid_request',
            content: {
              'application/problem+json': {
                schema: {
                  $ref: '#/components/schemas/ProblemView',
                },
              },
            },
          },
          '401': {
            description: 'unauthorized',
            content: {
              'application/problem+json': {
                schema: {
                  $ref: '#/components/schemas/ProblemView',
                },
              },
            },
          },
          '403': {
            description: 'forbidden_host',
            content: {
              'application/problem+json': {
                schema: {
                  $ref: '#/components/schemas/ProblemView',
                },
              },
            },
          },
          '404': {
            description: 'proxy_not_found',
            content: {
              'application/problem+json': {
                schema: {
                  $ref: '#/components/schemas/ProblemView',
                },
              },
            },
          },
          '429': {
            description: 'limit_reached',
            content: {
              'application/problem+json': {
                schema: {
                  $ref: '#/components/schemas/ProblemView',
                },
              },
            },
          },
          '500': {
            description: 'internal',
            content: {
              'application/problem+json': {
                schema: {
                  $ref: '#/components/schemas/ProblemView',
                },
              },
            },
          },
        },
      },
      delete: {
        operationId: 'killConnections',
        summary: 'Close open connections, those of a filter or all.',
        tags: ['connections'],
        parameters: [
          {
            schema: {
              type: 'string',
              minLength: 1,
              maxLength: 1000,
              'x-optional': true,
            },
            in: 'query',
            name: 'id',
            required: false,
            description: 'The connection of this id.',
          },
          {
            schema: {
              type: 'string',
              minLength: 1,
              maxLength: 1000,
              'x-optional': true,
            },
            in: 'query',
            name: 'proxy',
            required: false,
            description: 'Those of this proxy.',
          },
          {
            schema: {
              type: 'string',
              minLength: 1,
              maxLength: 1000,
              'x-optional': true,
            },
            in: 'query',
            name: 'client',
            required: false,
            description: 'Those from this client address.',
          },
          {
            schema: {
              type: 'string',
              minLength: 1,
              maxLength: 1000,
              'x-optional': true,
            },
            in: 'query',
            name: 'fault',
            required: false,
            description: 'Those that this fault applies to.',
          },
          {
            schema: {
              type: 'boolean',
              default: false,
            },
            in: 'query',
            name: 'all',
            required: false,
            description: 'All of them; instead of a filter.',
          },
          {
            schema: {
              type: 'string',
              enum: ['fin', 'rst'],
              default: 'rst',
            },
            in: 'query',
            name: 'how',
            required: false,
            description: 'With a reset, or with an orderly end of both sides.',
          },
        ],
        security: [
          {
            token: [],
          },
          {},
        ],
        responses: {
          '200': {
            description: 'How many were closed.',
            content: {
              'application/json': {
                schema: {
                  $ref: '#/components/schemas/ConnectionsKilled',
                },
              },
            },
          },
          '400': {
            description: 'invalid_request',
            content: {
              'application/problem+json': {
                schema: {
                  $ref: '#/components/schemas/ProblemView',
                },
              },
            },
          },
          '401': {
            description: 'unauthorized',
            content: {
              'application/problem+json': {
                schema: {
                  $ref: '#/components/schemas/ProblemView',
                },
              },
            },
          },
          '403': {
            description: 'forbidden_host',
            content: {
              'application/problem+json': {
                schema: {
                  $ref: '#/components/schemas/ProblemView',
                },
              },
            },
          },
          '404': {
            description: 'connection_not_found, proxy_not_found',
            content: {
              'application/problem+json': {
                schema: {
                  $ref: '#/components/schemas/ProblemView',
                },
              },
            },
          },
          '429': {
            description: 'limit_reached',
            content: {
              'application/problem+json': {
                schema: {
                  $ref: '#/components/schemas/ProblemView',
                },
              },
            },
          },
          '500': {
            description: 'internal',
            content: {
              'application/problem+json': {
                schema: {
                  $ref: '#/components/schemas/ProblemView',
                },
              },
            },
          },
        },
      },
    },
    '/v1/events': {
      get: {
        operationId: 'readEvents',
        summary: 'The journal: what there is (JSON), or as it grows (SSE).',
        tags: ['events'],
        description:
          'As SSE with `accept: text/event-stream` or `follow=true`: `id` is the id of the event, `data` the event. It begins after Last-Event-ID or `since`, else with the next event. A reader that fell behind gets `event: gap` with `data: {"gap":{"from":1,"to":9}}`.',
        parameters: [
          {
            schema: {
              type: 'string',
              minLength: 1,
              maxLength: 1000,
              'x-optional': true,
            },
            in: 'query',
            name: 'since',
            required: false,
            description: 'Id of an event; those after it are answered.',
          },
          {
            schema: {
              type: 'integer',
              minimum: 1,
              maximum: 10000,
              default: 1000,
            },
            in: 'query',
            name: 'limit',
            required: false,
            description: 'Most events looked at in one answer.',
          },
          {
            schema: {
              type: 'boolean',
              default: false,
            },
            in: 'query',
            name: 'follow',
            required: false,
            description: 'Answer as SSE.',
          },
          {
            schema: {
              type: 'string',
              enum: [
                'command',
                'proxy_state',
                'connection_opened',
                'connection_refused',
                'connection_closed',
                'decision',
                'effect',
                'bug',
                'run_started',
                'stage_started',
                'stage_ended',
                'run_ended',
              ],
              'x-optional': true,
            },
            in: 'query',
            name: 'type',
            required: false,
            description: 'Only events of this type.',
          },
          {
            schema: {
              type: 'string',
              minLength: 1,
              maxLength: 1000,
              'x-optional': true,
            },
            in: 'query',
            name: 'proxy',
            required: false,
            description: 'Only events about this proxy.',
          },
          {
            schema: {
              type: 'string',
              minLength: 1,
              maxLength: 1000,
              'x-optional': true,
            },
            in: 'query',
            name: 'run',
            required: false,
            description: 'Only events about this run.',
          },
          {
            schema: {
              type: 'string',
            },
            in: 'header',
            name: 'last-event-id',
            required: false,
            description: 'Id of the last event seen; SSE goes on after it.',
          },
        ],
        security: [
          {
            token: [],
          },
          {},
        ],
        responses: {
          '200': {
            description: 'Events, oldest first; or a stream of them.',
            content: {
              'application/json': {
                schema: {
                  $ref: '#/components/schemas/EventPage',
                },
              },
              'text/event-stream': {
                schema: {
                  type: 'string',
                },
              },
            },
          },
          '400': {
            description: 'invalid_request',
            content: {
              'application/problem+json': {
                schema: {
                  $ref: '#/components/schemas/ProblemView',
                },
              },
            },
          },
          '401': {
            description: 'unauthorized',
            content: {
              'application/problem+json': {
                schema: {
                  $ref: '#/components/schemas/ProblemView',
                },
              },
            },
          },
          '403': {
            description: 'forbidden_host',
            content: {
              'application/problem+json': {
                schema: {
                  $ref: '#/components/schemas/ProblemView',
                },
              },
            },
          },
          '429': {
            description: 'limit_reached',
            content: {
              'application/problem+json': {
                schema: {
                  $ref: '#/components/schemas/ProblemView',
                },
              },
            },
          },
          '500': {
            description: 'internal',
            content: {
              'application/problem+json': {
                schema: {
                  $ref: '#/components/schemas/ProblemView',
                },
              },
            },
          },
        },
      },
    },
    '/v1/profiles': {
      get: {
        operationId: 'listProfiles',
        summary: 'The profiles that are shipped, and those of the profiles folder.',
        tags: ['profiles'],
        security: [
          {
            token: [],
          },
          {},
        ],
        responses: {
          '200': {
            description: 'The profiles; one that is not valid is listed with its problems.',
            content: {
              'application/json': {
                schema: {
                  $ref: '#/components/schemas/ProfileList',
                },
              },
            },
          },
          '400': {
            description: 'invalid_request',
            content: {
              'application/problem+json': {
                schema: {
                  $ref: '#/components/schemas/ProblemView',
                },
              },
            },
          },
          '401': {
            description: 'unauthorized',
            content: {
              'application/problem+json': {
                schema: {
                  $ref: '#/components/schemas/ProblemView',
                },
              },
            },
          },
          '403': {
            description: 'forbidden_host',
            content: {
              'application/problem+json': {
                schema: {
                  $ref: '#/components/schemas/ProblemView',
                },
              },
            },
          },
          '429': {
            description: 'limit_reached',
            content: {
              'application/problem+json': {
                schema: {
                  $ref: '#/components/schemas/ProblemView',
                },
              },
            },
          },
          '500': {
            description: 'internal',
            content: {
              'application/problem+json': {
                schema: {
                  $ref: '#/components/schemas/ProblemView',
                },
              },
            },
          },
        },
      },
    },
    '/v1/profiles/{profile}': {
      get: {
        operationId: 'getProfile',
        summary: 'One profile.',
        tags: ['profiles'],
        parameters: [
          {
            schema: {
              type: 'string',
            },
            in: 'path',
            name: 'profile',
            required: true,
            description: 'Name of the profile.',
          },
        ],
        security: [
          {
            token: [],
          },
          {},
        ],
        responses: {
          '200': {
            description: 'The profile.',
            content: {
              'application/json': {
                schema: {
                  $ref: '#/components/schemas/ProfileView',
                },
              },
            },
          },
          '400': {
            description: 'invalid_request',
            content: {
              'application/problem+json': {
                schema: {
                  $ref: '#/components/schemas/ProblemView',
                },
              },
            },
          },
          '401': {
            description: 'unauthorized',
            content: {
              'application/problem+json': {
                schema: {
                  $ref: '#/components/schemas/ProblemView',
                },
              },
            },
          },
          '403': {
            description: 'forbidden_host',
            content: {
              'application/problem+json': {
                schema: {
                  $ref: '#/components/schemas/ProblemView',
                },
              },
            },
          },
          '404': {
            description: 'profile_not_found',
            content: {
              'application/problem+json': {
                schema: {
                  $ref: '#/components/schemas/ProblemView',
                },
              },
            },
          },
          '429': {
            description: 'limit_reached',
            content: {
              'application/problem+json': {
                schema: {
                  $ref: '#/components/schemas/ProblemView',
                },
              },
            },
          },
          '500': {
            description: 'internal',
            content: {
              'application/problem+json': {
                schema: {
                  $ref: '#/components/schemas/ProblemView',
                },
              },
            },
          },
        },
      },
    },
    '/v1/runs': {
      get: {
        operationId: 'listRuns',
        summary: 'Runs, the latest first.',
        tags: ['runs'],
        security: [
          {
            token: [],
          },
          {},
        ],
        responses: {
          '200': {
            description: 'The runs.',
            content: {
              'application/json': {
                schema: {
                  $ref: '#/components/schemas/RunList',
                },
              },
            },
          },
          '400': {
            description: 'invalid_request',
            content: {
              'application/problem+json': {
                schema: {
                  $ref: '#/components/schemas/ProblemView',
                },
              },
            },
          },
          '401': {
            description: 'unauthorized',
            content: {
              'application/problem+json': {
                schema: {
                  $ref: '#/components/schemas/ProblemView',
                },
              },
            },
          },
          '403': {
            description: 'forbidden_host',
            content: {
              'application/problem+json': {
                schema: {
                  $ref: '#/components/schemas/ProblemView',
                },
              },
            },
          },
          '429': {
            description: 'limit_reached',
            content: {
              'application/problem+json': {
                schema: {
                  $ref: '#/components/schemas/ProblemView',
                },
              },
            },
          },
          '500': {
            description: 'internal',
            content: {
              'application/problem+json': {
                schema: {
                  $ref: '#/components/schemas/ProblemView',
                },
              },
            },
          },
        },
      },
      post: {
        operationId: 'startRun',
        summary: 'Carry out a profile, by its name or given whole.',
        tags: ['runs'],
        description: 'Answers when the first stage acts. What the run does is healed when it ends, however it ends.',
        requestBody: {
          required: true,
          content: {
            'application/json': {
              schema: {
                $ref: '#/components/schemas/RunStart',
              },
            },
          },
        },
        security: [
          {
            token: [],
          },
          {},
        ],
        responses: {
          '201': {
            description: 'Started.',
            content: {
              'application/json': {
                schema: {
                  $ref: '#/components/schemas/RunView',
                },
              },
            },
          },
          '400': {
            description: 'invalid_json, invalid_request',
            content: {
              'application/problem+json': {
                schema: {
                  $ref: '#/components/schemas/ProblemView',
                },
              },
            },
          },
          '401': {
            description: 'unauthorized',
            content: {
              'application/problem+json': {
                schema: {
                  $ref: '#/components/schemas/ProblemView',
                },
              },
            },
          },
          '403': {
            description: 'forbidden_host',
            content: {
              'application/problem+json': {
                schema: {
                  $ref: '#/components/schemas/ProblemView',
                },
              },
            },
          },
          '404': {
            description: 'kind_not_found, profile_not_found, proxy_not_found',
            content: {
              'application/problem+json': {
                schema: {
                  $ref: '#/components/schemas/ProblemView',
                },
              },
            },
          },
          '409': {
            description: 'target_busy',
            content: {
              'application/problem+json': {
                schema: {
                  $ref: '#/components/schemas/ProblemView',
                },
              },
            },
          },
          '413': {
            description: 'body_too_large',
            content: {
              'application/problem+json': {
                schema: {
                  $ref: '#/components/schemas/ProblemView',
                },
              },
            },
          },
          '422': {
            description: 'invalid_fault, invalid_profile, kind_unsupported',
            content: {
              'application/problem+json': {
                schema: {
                  $ref: '#/components/schemas/ProblemView',
                },
              },
            },
          },
          '429': {
            description: 'limit_reached',
            content: {
              'application/problem+json': {
                schema: {
                  $ref: '#/components/schemas/ProblemView',
                },
              },
            },
          },
          '500': {
            description: 'internal',
            content: {
              'application/problem+json': {
                schema: {
                  $ref: '#/components/schemas/ProblemView',
                },
              },
            },
          },
        },
      },
    },
    '/v1/runs/{run}': {
      get: {
        operationId: 'getRun',
        summary: 'One run: its stage, and what each of its faults did.',
        tags: ['runs'],
        parameters: [
          {
            schema: {
              type: 'string',
            },
            in: 'path',
            name: 'run',
            required: true,
            description: 'Id of the run.',
          },
        ],
        security: [
          {
            token: [],
          },
          {},
        ],
        responses: {
          '200': {
            description: 'The run.',
            content: {
              'application/json': {
                schema: {
                  $ref: '#/components/schemas/RunView',
                },
              },
            },
          },
          '400': {
            description: 'invalid_request',
            content: {
              'application/problem+json': {
                schema: {
                  $ref: '#/components/schemas/ProblemView',
                },
              },
            },
          },
          '401': {
            description: 'unauthorized',
            content: {
              'application/problem+json': {
                schema: {
                  $ref: '#/components/schemas/ProblemView',
                },
              },
            },
          },
          '403': {
            description: 'forbidden_host',
            content: {
              'application/problem+json': {
                schema: {
                  $ref: '#/components/schemas/ProblemView',
                },
              },
            },
          },
          '404': {
            description: 'run_not_found',
            content: {
              'application/problem+json': {
                schema: {
                  $ref: '#/components/schemas/ProblemView',
                },
              },
            },
          },
          '429': {
            description: 'limit_reached',
            content: {
              'application/problem+json': {
                schema: {
                  $ref: '#/components/schemas/ProblemView',
                },
              },
            },
          },
          '500': {
            description: 'internal',
            content: {
              'application/problem+json': {
                schema: {
                  $ref: '#/components/schemas/ProblemView',
                },
              },
            },
          },
        },
      },
      delete: {
        operationId: 'deleteRun',
        summary: 'The same as stop.',
        tags: ['runs'],
        parameters: [
          {
            schema: {
              type: 'string',
            },
            in: 'path',
            name: 'run',
            required: true,
            description: 'Id of the run.',
          },
        ],
        security: [
          {
            token: [],
          },
          {},
        ],
        responses: {
          '200': {
            description: 'The run, healed.',
            content: {
              'application/json': {
                schema: {
                  $ref: '#/components/schemas/RunView',
                },
              },
            },
          },
          '400': {
            description: 'invalid_request',
            content: {
              'application/problem+json': {
                schema: {
                  $ref: '#/components/schemas/ProblemView',
                },
              },
            },
          },
          '401': {
            description: 'unauthorized',
            content: {
              'application/problem+json': {
                schema: {
                  $ref: '#/components/schemas/ProblemView',
                },
              },
            },
          },
          '403': {
            description: 'forbidden_host',
            content: {
              'application/problem+json': {
                schema: {
                  $ref: '#/components/schemas/ProblemView',
                },
              },
            },
          },
          '404': {
            description: 'run_not_found',
            content: {
              'application/problem+json': {
                schema: {
                  $ref: '#/components/schemas/ProblemView',
                },
              },
            },
          },
          '429': {
            description: 'limit_reached',
            content: {
              'application/problem+json': {
                schema: {
                  $ref: '#/components/schemas/ProblemView',
                },
              },
            },
          },
          '500': {
            description: 'internal',
            content: {
              'application/problem+json': {
                schema: {
                  $ref: '#/components/schemas/ProblemView',
                },
              },
            },
          },
        },
      },
    },
    '/v1/runs/{run}/stop': {
      post: {
        operationId: 'stopRun',
        summary: 'End a run and heal what it did. One that has ended is answered as it is.',
        tags: ['runs'],
        parameters: [
          {
            schema: {
              type: 'string',
            },
            in: 'path',
            name: 'run',
            required: true,
            description: 'Id of the run.',
          },
        ],
        security: [
          {
            token: [],
          },
          {},
        ],
        responses: {
          '200': {
            description: 'The run, healed.',
            content: {
              'application/json': {
                schema: {
                  $ref: '#/components/schemas/RunView',
                },
              },
            },
          },
          '400': {
            description: 'invalid_request',
            content: {
              'application/problem+json': {
                schema: {
                  $ref: '#/components/schemas/ProblemView',
                },
              },
            },
          },
          '401': {
            description: 'unauthorized',
            content: {
              'application/problem+json': {
                schema: {
                  $ref: '#/components/schemas/ProblemView',
                },
              },
            },
          },
          '403': {
            description: 'forbidden_host',
            content: {
              'application/problem+json': {
                schema: {
                  $ref: '#/components/schemas/ProblemView',
                },
              },
            },
          },
          '404': {
            description: 'run_not_found',
            content: {
              'application/problem+json': {
                schema: {
                  $ref: '#/components/schemas/ProblemView',
                },
              },
            },
          },
          '429': {
            description: 'limit_reached',
            content: {
              'application/problem+json': {
                schema: {
                  $ref: '#/components/schemas/ProblemView',
                },
              },
            },
          },
          '500': {
            description: 'internal',
            content: {
              'application/problem+json': {
                schema: {
                  $ref: '#/components/schemas/ProblemView',
                },
              },
            },
          },
        },
      },
    },
    '/v1/reset': {
      post: {
        operationId: 'reset',
        summary: 'Enable every proxy, remove every fault, end every run, and start counting anew.',
        tags: ['daemon'],
        security: [
          {
            token: [],
          },
          {},
        ],
        responses: {
          '200': {
            description: 'What it did.',
            content: {
              'application/json': {
                schema: {
                  $ref: '#/components/schemas/ResetDone',
                },
              },
            },
          },
          '400': {
            description: 'invalid_request',
            content: {
              'application/problem+json': {
                schema: {
                  $ref: '#/components/schemas/ProblemView',
                },
              },
            },
          },
          '401': {
            description: 'unauthorized',
            content: {
              'application/problem+json': {
                schema: {
                  $ref: '#/components/schemas/ProblemView',
                },
              },
            },
          },
          '403': {
            description: 'forbidden_host',
            content: {
              'application/problem+json': {
                schema: {
                  $ref: '#/components/schemas/ProblemView',
                },
              },
            },
          },
          '409': {
            description: 'address_in_use',
            content: {
              'application/problem+json': {
                schema: {
                  $ref: '#/components/schemas/ProblemView',
                },
              },
            },
          },
          '422': {
            description: 'listen_failed',
            content: {
              'application/problem+json': {
                schema: {
                  $ref: '#/components/schemas/ProblemView',
                },
              },
            },
          },
          '429': {
            description: 'limit_reached',
            content: {
              'application/problem+json': {
                schema: {
                  $ref: '#/components/schemas/ProblemView',
                },
              },
            },
          },
          '500': {
            description: 'internal',
            content: {
              'application/problem+json': {
                schema: {
                  $ref: '#/components/schemas/ProblemView',
                },
              },
            },
          },
        },
      },
    },
    '/v1/info': {
      get: {
        operationId: 'getInfo',
        summary: 'Version, seed, limits and totals.',
        tags: ['daemon'],
        security: [
          {
            token: [],
          },
          {},
        ],
        responses: {
          '200': {
            description: 'About this daemon.',
            content: {
              'application/json': {
                schema: {
                  $ref: '#/components/schemas/InfoView',
                },
              },
            },
          },
          '400': {
            description: 'invalid_request',
            content: {
              'application/problem+json': {
                schema: {
                  $ref: '#/components/schemas/ProblemView',
                },
              },
            },
          },
          '401': {
            description: 'unauthorized',
            content: {
              'application/problem+json': {
                schema: {
                  $ref: '#/components/schemas/ProblemView',
                },
              },
            },
          },
          '403': {
            description: 'forbidden_host',
            content: {
              'application/problem+json': {
                schema: {
                  $ref: '#/components/schemas/ProblemView',
                },
              },
            },
          },
          '429': {
            description: 'limit_reached',
            content: {
              'application/problem+json': {
                schema: {
                  $ref: '#/components/schemas/ProblemView',
                },
              },
            },
          },
          '500': {
            description: 'internal',
            content: {
              'application/problem+json': {
                schema: {
                  $ref: '#/components/schemas/ProblemView',
                },
              },
            },
          },
        },
      },
    },
    '/healthz': {
      get: {
        operationId: 'health',
        summary: 'Whether the process answers.',
        tags: ['daemon'],
        responses: {
          '200': {
            description: 'It does.',
            content: {
              'application/json': {
                schema: {
                  $ref: '#/components/schemas/HealthView',
                },
              },
            },
          },
          '400': {
            description: 'invalid_request',
            content: {
              'application/problem+json': {
                schema: {
                  $ref: '#/components/schemas/ProblemView',
                },
              },
            },
          },
          '403': {
            description: 'forbidden_host',
            content: {
              'application/problem+json': {
                schema: {
                  $ref: '#/components/schemas/ProblemView',
                },
              },
            },
          },
          '429': {
            description: 'limit_reached',
            content: {
              'application/problem+json': {
                schema: {
                  $ref: '#/components/schemas/ProblemView',
                },
              },
            },
          },
          '500': {
            description: 'internal',
            content: {
              'application/problem+json': {
                schema: {
                  $ref: '#/components/schemas/ProblemView',
                },
              },
            },
          },
        },
      },
    },
    '/readyz': {
      get: {
        operationId: 'ready',
        summary: 'Whether the proxies of the config are up.',
        tags: ['daemon'],
        responses: {
          '200': {
            description: 'Ready.',
            content: {
              'application/json': {
                schema: {
                  $ref: '#/components/schemas/HealthView',
                },
              },
            },
          },
          '400': {
            description: 'invalid_request',
            content: {
              'application/problem+json': {
                schema: {
                  $ref: '#/components/schemas/ProblemView',
                },
              },
            },
          },
          '403': {
            description: 'forbidden_host',
            content: {
              'application/problem+json': {
                schema: {
                  $ref: '#/components/schemas/ProblemView',
                },
              },
            },
          },
          '429': {
            description: 'limit_reached',
            content: {
              'application/problem+json': {
                schema: {
                  $ref: '#/components/schemas/ProblemView',
                },
              },
            },
          },
          '500': {
            description: 'internal',
            content: {
              'application/problem+json': {
                schema: {
                  $ref: '#/components/schemas/ProblemView',
                },
              },
            },
          },
          '503': {
            description: 'Not yet, or no longer.',
            content: {
              'application/json': {
                schema: {
                  $ref: '#/components/schemas/HealthView',
                },
              },
            },
          },
        },
      },
    },
    '/metrics': {
      get: {
        operationId: 'metrics',
        summary: 'Metrics for Prometheus.',
        tags: ['daemon'],
        security: [
          {
            token: [],
          },
          {},
        ],
        responses: {
          '200': {
            description: 'The metrics.',
            content: {
              'text/plain': {
                schema: {
                  type: 'string',
                },
              },
            },
          },
          '400': {
            description: 'invalid_request',
            content: {
              'application/problem+json': {
                schema: {
                  $ref: '#/components/schemas/ProblemView',
                },
              },
            },
          },
          '401': {
            description: 'unauthorized',
            content: {
              'application/problem+json': {
                schema: {
                  $ref: '#/components/schemas/ProblemView',
                },
              },
            },
          },
          '403': {
            description: 'forbidden_host',
            content: {
              'application/problem+json': {
                schema: {
                  $ref: '#/components/schemas/ProblemView',
                },
              },
            },
          },
          '429': {
            description: 'limit_reached',
            content: {
              'application/problem+json': {
                schema: {
                  $ref: '#/components/schemas/ProblemView',
                },
              },
            },
          },
          '500': {
            description: 'internal',
            content: {
              'application/problem+json': {
                schema: {
                  $ref: '#/components/schemas/ProblemView',
                },
              },
            },
          },
        },
      },
    },
    '/openapi.json': {
      get: {
        operationId: 'openapi',
        summary: 'This document.',
        tags: ['daemon'],
        responses: {
          '200': {
            description: 'OpenAPI 3.1.',
            content: {
              'application/json': {
                schema: {
                  type: 'object',
                  additionalProperties: true,
                },
              },
            },
          },
          '400': {
            description: 'invalid_request',
            content: {
              'application/problem+json': {
                schema: {
                  $ref: '#/components/schemas/ProblemView',
                },
              },
            },
          },
          '403': {
            description: 'forbidden_host',
            content: {
              'application/problem+json': {
                schema: {
                  $ref: '#/components/schemas/ProblemView',
                },
              },
            },
          },
          '429': {
            description: 'limit_reached',
            content: {
              'application/problem+json': {
                schema: {
                  $ref: '#/components/schemas/ProblemView',
                },
              },
            },
          },
          '500': {
            description: 'internal',
            content: {
              'application/problem+json': {
                schema: {
                  $ref: '#/components/schemas/ProblemView',
                },
              },
            },
          },
        },
      },
    },
    '/version': {
      get: {
        operationId: 'toxiproxyVersion',
        summary: 'The Toxiproxy version that this is compatible with; our own is in /v1/info.',
        tags: ['daemon'],
        responses: {
          '200': {
            description: 'The version.',
            content: {
              'application/json': {
                schema: {
                  $ref: '#/components/schemas/VersionView',
                },
              },
            },
          },
          '400': {
            description: 'invalid_request',
            content: {
              'application/problem+json': {
                schema: {
                  $ref: '#/components/schemas/ProblemView',
                },
              },
            },
          },
          '403': {
            description: 'forbidden_host',
            content: {
              'application/problem+json': {
                schema: {
                  $ref: '#/components/schemas/ProblemView',
                },
              },
            },
          },
          '429': {
            description: 'limit_reached',
            content: {
              'application/problem+json': {
                schema: {
                  $ref: '#/components/schemas/ProblemView',
                },
              },
            },
          },
          '500': {
            description: 'internal',
            content: {
              'application/problem+json': {
                schema: {
                  $ref: '#/components/schemas/ProblemView',
                },
              },
            },
          },
        },
      },
    },
  },
}

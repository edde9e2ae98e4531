/** The configuration files of a node's containerd, kubelet, kube-proxy and pod network, and of the cluster's DNS. */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { stringify } from 'yaml';
import { cgroupRootOf } from '../cgroups.ts';
import { CONTROL_ADDRESS, POD_RANGE, type Layout, type Machine } from '../layout.ts';
import { kubeconfigOf } from '../pki.ts';

/** The image of the process that holds a pod's namespaces. */
export const PAUSE_IMAGE = 'localhost/zeebe-chaos/pause:1';

/** Writes the files that boot-node.sh names into the node's folder. */
export function configureNode(layout: Layout, node: Machine): void {
  const folder = layout.machine(node.name);
  mkdirSync(path.join(folder, 'cni'), { recursive: true });
  write(folder, 'containerd.toml', containerd(folder));
  write(folder, 'kubelet.yaml', stringify(kubelet(layout, node)));
  write(folder, 'kube-proxy.yaml', stringify(kubeProxy(layout, node)));
  write(folder, 'cni/10-ptp.conflist', JSON.stringify(podNetwork(folder, node), null, 2));
}

/** Writes the Corefile; names outside the cluster are refused, since the lab talks to nobody outside. */
export function configureControl(layout: Layout, control: Machine): void {
  const folder = layout.machine(control.name);
  mkdirSync(folder, { recursive: true });
  write(
    folder,
    'Corefile',
    `.:53 {
  bind ${CONTROL_ADDRESS}
  errors
  health 127.0.0.1:8080
  ready 127.0.0.1:8181
  kubernetes cluster.local in-addr.arpa {
    kubeconfig ${kubeconfigOf(layout, 'coredns')}
  }
}
`,
  );
}

function containerd(folder: string): string {
  return `version = 2
root = "${folder}/containerd"
state = "/run/containerd"
disabled_plugins = ["io.containerd.snapshotter.v1.aufs", "io.containerd.snapshotter.v1.btrfs", "io.containerd.snapshotter.v1.devmapper", "io.containerd.snapshotter.v1.zfs", "io.containerd.internal.v1.opt"]
[grpc]
  address = "/run/containerd/containerd.sock"
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "${PAUSE_IMAGE}"
  # Without CAP_SYS_RESOURCE the pause container's score of -998 fails: "can't get final child's PID from pipe: EOF".
  restrict_oom_score_adj = true
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "/usr/lib/cni"
    conf_dir = "${folder}/cni"
  [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
    runtime_type = "io.containerd.runc.v2"
    [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
      SystemdCgroup = false
`;
}

function kubelet(layout: Layout, node: Machine) {
  return {
    apiVersion: 'kubelet.config.k8s.io/v1beta1',
    kind: 'KubeletConfiguration',
    authentication: {
      anonymous: { enabled: false },
      webhook: { enabled: true },
      x509: { clientCAFile: path.join(layout.pki, 'ca.crt') },
    },
    authorization: { mode: 'Webhook' },
    containerRuntimeEndpoint: 'unix:///run/containerd/containerd.sock',
    cgroupDriver: 'cgroupfs',
    cgroupRoot: cgroupRootOf(node.name),
    failCgroupV1: false,
    failSwapOn: false,
    localStorageCapacityIsolation: false,
    enforceNodeAllocatable: [],
    oomScoreAdj: 0,
    resolvConf: '',
    clusterDNS: [CONTROL_ADDRESS],
    clusterDomain: 'cluster.local',
    evictionHard: { 'memory.available': '100Mi', 'nodefs.available': '1%' },
    imageGCHighThresholdPercent: 100,
    imageGCLowThresholdPercent: 99,
    // A killed broker restarts inside its pod; the usual back-off of 10 s and more would be measured as Zeebe's recovery.
    crashLoopBackOff: { maxContainerRestartPeriod: '1s' },
    featureGates: { KubeletCrashLoopBackOffMax: true },
    nodeLeaseDurationSeconds: 8,
    volumePluginDir: path.join(layout.machine(node.name), 'kubelet/volume-plugins'),
  };
}

function kubeProxy(layout: Layout, node: Machine) {
  return {
    apiVersion: 'kubeproxy.config.k8s.io/v1alpha1',
    kind: 'KubeProxyConfiguration',
    mode: 'nftables',
    hostnameOverride: node.name,
    clusterCIDR: POD_RANGE,
    oomScoreAdj: 0,
    clientConnection: { kubeconfig: kubeconfigOf(layout, 'system:kube-proxy') },
    // Zero leaves the host's connection tracking limits as they are.
    conntrack: { maxPerCore: 0, min: 0, tcpCloseWaitTimeout: '0s', tcpEstablishedTimeout: '0s' },
  };
}

function podNetwork(folder: string, node: Machine) {
  return {
    cniVersion: '1.0.0',
    name: 'zeebe-chaos',
    // Routed, not bridged: on a bridge a service's reply goes from pod to pod and is never translated back.
    plugins: [
      {
        type: 'ptp',
        ipMasq: false,
        ipam: {
          type: 'host-local',
          dataDir: path.join(folder, 'cni-addresses'),
          ranges: [[{ subnet: node.podRange }]],
          routes: [{ dst: '0.0.0.0/0' }],
        },
      },
    ],
  };
}

function write(folder: string, name: string, content: string): void {
  writeFileSync(path.join(folder, name), content);
}

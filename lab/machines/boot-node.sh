#!/bin/bash
# PID 1 of a node: a network, PID, mount and host-name namespace. Whatever it starts ends with it, and every mount it
# makes is its own, so that ending this one process is pulling the plug.
set -euo pipefail

# The lab plugs the network in and then says so. If it dies before, this read fails and the node goes with it.
read -r _

mount --make-rprivate /
mount -t tmpfs -o mode=755 node-run /run
mount -t tmpfs node-tmp /tmp
mkdir -p "$NODE/log" "$NODE/kubelet" "$NODE/containerd" /tmp/hostpath_pv
mount --bind "$NODE/log" /var/log
# The hard-coded folder of the host-path provisioner (kubernetes/pkg/volume/hostpath). All nodes share it, as they
# would share a network disk.
mount --bind "$VOLUMES" /tmp/hostpath_pv
mount --make-rshared /

hostname "$NAME"
ip link set lo up
ip addr add "$ADDRESS/24" dev eth0
ip link set eth0 up
echo 1 >/proc/sys/net/ipv4/ip_forward
while IFS= read -r route; do
  # shellcheck disable=SC2086
  ip route add $route
done <<<"$POD_ROUTES"

# Images come from a store that was filled once: its layers and blobs are mounted read-only, its databases copied.
store=$STORE root=$NODE/containerd
content=io.containerd.content.v1.content snapshots=io.containerd.snapshotter.v1.overlayfs
for folder in $content/blobs $snapshots/snapshots io.containerd.metadata.v1.bolt; do mkdir -p "$root/$folder"; done
cp "$store/io.containerd.metadata.v1.bolt/meta.db" "$root/io.containerd.metadata.v1.bolt/meta.db"
cp "$store/$snapshots/metadata.db" "$root/$snapshots/metadata.db"
mount --bind -o ro "$store/$content/blobs" "$root/$content/blobs"
for layer in "$store/$snapshots/snapshots"/*; do
  mkdir "$root/$snapshots/snapshots/${layer##*/}"
  mount --bind -o ro "$layer" "$root/$snapshots/snapshots/${layer##*/}"
done

mkdir -p /run/containerd
containerd --config "$NODE/containerd.toml" >>"$LOGS/$NAME-containerd.log" 2>&1 &
"$HYPERKUBE" kube-proxy --config "$NODE/kube-proxy.yaml" >>"$LOGS/$NAME-kube-proxy.log" 2>&1 &
until [ -S /run/containerd/containerd.sock ]; do sleep 0.05; done
"$HYPERKUBE" kubelet --config "$NODE/kubelet.yaml" --kubeconfig "$KUBECONFIG_KUBELET" --root-dir "$NODE/kubelet" \
  --cert-dir "$NODE/kubelet/pki" --hostname-override "$NAME" --node-ip "$ADDRESS" --v 1 >>"$LOGS/$NAME-kubelet.log" 2>&1 &

# bash as PID 1 reaps what is orphaned to it while it waits.
sleep infinity &
wait $!

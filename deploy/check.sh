#!/bin/bash
# Runs the CPU image's own Dockerfile lines without Docker: each stage in a copy of a Debian 12 made by debootstrap, the SDK's stage on this machine. Then
# the image's program answers, and trains a small sweep as the image's user. Root is needed, 6 GB and some minutes.
#     deploy/check.sh [FOLDER]    FOLDER: a Debian 12 to start from; made there when it is not yet
set -euo pipefail

root=$(cd "$(dirname "$0")/.." && pwd)
work=$(mktemp -d /var/tmp/vaesweep-image.XXXXXX)
base=${1:-$work/debian}
say() { printf 'check: %s\n' "$*" >&2; }
[ "$(id -u)" -eq 0 ] || { say "only root can enter another system's folder"; exit 1; }

mounted=()
unmount() { local i; for ((i = ${#mounted[@]} - 1; i >= 0; i--)); do umount "${mounted[i]}"; done; mounted=(); }
trap 'unmount; rm -rf "$work"' EXIT

[ -e "$base/etc/debian_version" ] || { say "making a Debian 12 in $base"; debootstrap --variant=minbase bookworm "$base" >"$work/debootstrap.log" || { tail "$work/debootstrap.log"; exit 1; }; }

inside() { # folder, user, workdir, command
    mount -t proc proc "$1/proc"; mounted+=("$1/proc")
    mount --rbind /dev "$1/dev"; mount --make-rslave "$1/dev"
    cp -L /etc/resolv.conf "$1/etc/resolv.conf"
    local status=0
    chroot --userspec="$2:$2" "$1" /usr/bin/env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin DEBIAN_FRONTEND=noninteractive HOME="${5:-/root}" \
        /bin/sh -c "cd $3 && $4" || status=$?
    umount -R -l "$1/dev"
    unmount
    return $status
}

# One instruction a line, continued lines joined, comments gone.
instructions() { sed -e '/^ *#/d' "$root/deploy/Dockerfile" | sed -e ':a;/\\$/{N;s/\\\n//;ba}' | grep -v '^$'; }

place=() user=0 workdir=/ stage='' skipping=no
while read -r word rest; do
    case $word in
        FROM)
            read -r image _ stage <<<"$rest"
            user=0 workdir=/ skipping=no
            case $image in
                debian:12) say "stage $stage"; cp -a "$base" "$work/$stage" ;;
                */dotnet/sdk:*) say "stage $stage, with the SDK of this machine"; mkdir "$work/$stage" ;;
                *) say "stage $stage is left out: $image cannot be had here"; skipping=yes ;;
            esac ;;
        *) [ $skipping = no ] || continue ;;&
        WORKDIR) workdir=$rest; mkdir -p "$work/$stage$workdir" ;;
        USER) user=$rest ;;
        COPY)
            read -ra place <<<"$rest"
            case ${place[0]} in
                --from=*) mkdir -p "$(dirname "$work/$stage${place[2]}")"; cp -a "$work/${place[0]#--from=}${place[1]}" "$work/$stage${place[2]}" ;;
                .) git -C "$root" archive HEAD | tar -x -C "$work/$stage$workdir" ;;
                *) cp -a "$root/${place[0]}" "$work/$stage${place[1]}" ;;
            esac ;;
        RUN)
            if [ "$stage" = program ]; then ( cd "$work/$stage$workdir" && eval "${rest//-o \//-o $work/$stage/}" ) >"$work/run.log" 2>&1
            else inside "$work/$stage" "$user" "$workdir" "$rest" >"$work/run.log" 2>&1; fi || { tail -n 20 "$work/run.log"; say "failed: RUN $rest"; exit 1; }
            say "RUN ${rest:0:100}" ;;
        ENTRYPOINT) entry=$(tr -d '[]",' <<<"$rest")
            [ "$stage" = cpu ] || continue
            cp "$root/sweeps/quickstart.yaml" "$work/$stage/home/vaesweep/sweep.yaml"
            short="--set train.epochs=1 --set dataset.name=sprites --set dataset.train=200 --set dataset.valid=50 --set dataset.test=50 --set evaluate.importance_samples=5 --set model.latent=[2] --set objective.k=[1]"
            for command in --version doctor "run sweep.yaml $short"; do
                say "$entry $command"
                inside "$work/$stage" "$user" "$workdir" "$entry $command" /home/vaesweep || { say "failed: $entry $command"; exit 1; }
            done ;;
        CMD | ENV | '') ;;
        *) say "$word is an instruction that this check does not know"; exit 1 ;;
    esac
done < <(instructions)

if command -v docker-compose >/dev/null; then docker-compose -f "$root/deploy/compose.yaml" config -q && say "compose.yaml is read by docker-compose"; fi
say "the CPU image's lines all work"

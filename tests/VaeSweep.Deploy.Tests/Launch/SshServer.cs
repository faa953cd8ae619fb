namespace VaeSweep.Deploy.Tests.Launch;

/// <summary>An ssh server on the loopback with keys of its own, which several host names lead to.</summary>
internal sealed class SshServer : IAsyncDisposable
{
    private readonly Daemon _daemon;

    private SshServer(Daemon daemon, string config) => (_daemon, Config) = (daemon, config);

    /// <summary>For `ssh -F`.</summary>
    public string Config { get; }

    /// <param name="environment">What sessions get.</param>
    public static async Task<SshServer> StartAsync(
        string folder, string home, IEnumerable<(string Name, string Value)> environment, IReadOnlyList<string> hosts,
        CancellationToken cancellationToken)
    {
        var (sshd, keygen) = (Needs.Program("sshd", "openssh-server"), Needs.Program("ssh-keygen", "openssh-client"));
        Needs.Program("ssh", "openssh-client");
        if (Environment.IsPrivilegedProcess)
            // Where it locks itself in before anybody has logged in.
            Directory.CreateDirectory("/run/sshd");

        Directory.CreateDirectory(folder);
        var none = new Dictionary<string, string?>(StringComparer.Ordinal);
        foreach (var key in new[] { "server", "user" })
        {
            (await Said.RunAsync(folder, none, keygen, ["-q", "-t", "ed25519", "-N", "", "-f", key], cancellationToken))
                .Succeeded("ssh-keygen");
        }

        var port = Ports.Free();
        await File.WriteAllTextAsync(
            Path.Combine(folder, "sshd_config"),
            $"""
            Port {port}
            ListenAddress 127.0.0.1
            HostKey {folder}/server
            AuthorizedKeysFile {folder}/user.pub
            PidFile none
            StrictModes no
            UsePAM no
            PasswordAuthentication no
            PermitRootLogin prohibit-password
            SetEnv {string.Join(' ', environment.Select(e => $"{e.Name}={e.Value}"))}
            ForceCommand cd {home} && eval "$SSH_ORIGINAL_COMMAND"

            """,
            cancellationToken);
        var server = await File.ReadAllTextAsync(Path.Combine(folder, "server.pub"), cancellationToken);
        await File.WriteAllTextAsync(Path.Combine(folder, "known_hosts"), $"[127.0.0.1]:{port} {server}", cancellationToken);
        var config = Path.Combine(folder, "ssh_config");
        await File.WriteAllTextAsync(
            config,
            $"""
            Host {string.Join(' ', hosts)}
                HostName 127.0.0.1
                Port {port}
                User {Environment.UserName}
                IdentityFile {folder}/user
                IdentitiesOnly yes
                UserKnownHostsFile {folder}/known_hosts
                StrictHostKeyChecking yes

            """,
            cancellationToken);
        var daemon = Daemon.Start(folder, Path.Combine(folder, "log"), none, sshd, "-D", "-e", "-f",
            Path.Combine(folder, "sshd_config"));
        await Until.HoldsAsync(() => daemon.Log.Contains("Server listening", StringComparison.Ordinal), () => daemon.Log,
            cancellationToken);
        return new SshServer(daemon, config);
    }

    public ValueTask DisposeAsync() => _daemon.DisposeAsync();
}

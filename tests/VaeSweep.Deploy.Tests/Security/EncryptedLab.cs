using VaeSweep.Store;

namespace VaeSweep.Deploy.Tests.Security;

/// <summary>A PostgreSQL whose certificate an authority of the test has signed for `localhost`, and which takes nothing unencrypted.</summary>
public sealed class EncryptedLab : IAsyncLifetime
{
    internal const string ServerName = "localhost";

    internal Lab Lab { get; private set; } = null!;

    internal Authority Authority { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        var token = TestContext.Current.CancellationToken;
        var folder = Directory.CreateTempSubdirectory("vaesweep-tls-").FullName;
        Authority = await Authority.CreateAsync(folder, token);
        var (certificate, key) = await Authority.SignAsync(ServerName, token);
        File.SetUnixFileMode(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
        await PostgresPrograms.HandOverAsync(key, token);
        Lab = await Lab.StartAsync(token, new PrivateServerOptions { Settings = ["fsync=off", "ssl=on", $"ssl_cert_file='{certificate}'", $"ssl_key_file='{key}'"] });
        var data = Path.Combine(Lab.Server.Folder, "data");
        await File.WriteAllTextAsync(Path.Combine(data, "pg_hba.conf"), "hostssl all all all scram-sha-256\n", token);
        await PostgresPrograms.Find()!.RunAsync("pg_ctl", ["reload", "-D", data], token);
    }

    public async ValueTask DisposeAsync()
    {
        await Lab.DisposeAsync();
        Directory.Delete(Path.GetDirectoryName(Authority.Root)!, recursive: true);
    }
}

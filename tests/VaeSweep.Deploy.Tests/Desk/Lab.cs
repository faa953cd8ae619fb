using VaeSweep.Store;

namespace VaeSweep.Deploy.Tests;

/// <summary>A folder, a private PostgreSQL, and `vaesweep` as a person runs it there. Whatever it starts carries a mark by which it is found again.</summary>
internal sealed class Lab : IAsyncDisposable
{
        private readonly Dictionary<string, string?> _environment;

    private Lab(string folder, PrivateServer server, IStore store)
    {
        (Folder, Server, Store) = (folder, server, store);
        Mark = $"VAESWEEP_TEST_LAB_{Guid.NewGuid():N}";
        _environment = new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["VAESWEEP_STORE"] = server.Url, ["PGPASSFILE"] = server.PassFile, ["VAESWEEP_ARTIFACTS"] = null, ["VAESWEEP_CALLED_AS"] = null, [Mark] = "1",
            // Tests run side by side, on as few cores as there are.
            ["VAESWEEP_SHARE"] = "1",
        };
    }

    /// <summary>The program that these tests were built with.</summary>
    public static string Vaesweep => Path.Combine(AppContext.BaseDirectory, "vaesweep");

    public static string Repository
    {
        get
        {
            var folder = new DirectoryInfo(AppContext.BaseDirectory);
            while (!File.Exists(Path.Combine(folder!.FullName, "VaeSweep.sln")))
            {
                folder = folder.Parent;
            }

            return folder.FullName;
        }
    }

    public string Folder { get; }

    /// <summary>A variable that whatever this lab starts has in its environment.</summary>
    public string Mark { get; }

    public PrivateServer Server { get; }

    public IStore Store { get; }

    /// <summary>Over what this process has; null takes one away.</summary>
    public IDictionary<string, string?> Environment => _environment;

    public static async Task<Lab> StartAsync(CancellationToken cancellationToken, PrivateServerOptions? options = null)
    {
        Needs.Program("runuser", "util-linux");
        if (PostgresPrograms.Find() is null)
        {
            Needs.Program("initdb", "postgresql");
        }

        var folder = Directory.CreateTempSubdirectory("vaesweep-lab-").FullName;
        // The server's own user must be able to pass through.
        File.SetUnixFileMode(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
        var server = await PrivateServer.StartAsync(Path.Combine(folder, "server"), options ?? new PrivateServerOptions { Settings = ["fsync=off"] }, cancellationToken);
        var store = StoreFactory.Open(server.SecretUrl(), TimeProvider.System);
        await store.MigrateAsync(cancellationToken);
        return new Lab(folder, server, store);
    }

    public string PathOf(string name) => Path.Combine(Folder, name);

    public string Write(string name, string text)
    {
        var path = Path.Combine(Folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        return path;
    }

    public Task<Said> RunAsync(CancellationToken cancellationToken, params IReadOnlyList<string> arguments) =>
        Said.RunAsync(Folder, _environment, Vaesweep, arguments, cancellationToken);

    /// <summary>Runs a command that is to succeed.</summary>
    public async Task<Said> DoAsync(CancellationToken cancellationToken, params IReadOnlyList<string> arguments) =>
        (await RunAsync(cancellationToken, arguments)).Succeeded($"vaesweep {string.Join(' ', arguments)}");

    /// <summary>Starts a command in the background.</summary>
    public Daemon Start(string log, params IReadOnlyList<string> arguments) => Start(log, [], arguments);

    /// <param name="enter">Goes before the program: whatever brings it to another place.</param>
    public Daemon Start(string log, IReadOnlyList<string> enter, params IReadOnlyList<string> arguments) =>
        Daemon.Start(Folder, Path.Combine(Folder, log), _environment, [.. enter, Vaesweep, .. arguments]);

    public async Task<IReadOnlyList<object?[]>> QueryAsync(string sql, CancellationToken cancellationToken) =>
        (await Store.QueryAsync(sql, null, Until.Patience, cancellationToken)).Rows;

    public async Task<long> CountAsync(string sql, CancellationToken cancellationToken) => (long)(await QueryAsync(sql, cancellationToken))[0][0]!;

    /// <summary>Living processes that this lab has started, by whatever way.</summary>
    public IReadOnlyList<int> Processes() => Cli.ProcessList.With(Mark);

    /// <summary>Waits until nothing that this lab has started lives any more.</summary>
    public Task NoneLeftAsync(CancellationToken cancellationToken) => Until.HoldsAsync(
        () => Processes().Count == 0, () => $"still there: {string.Join("; ", Processes().Select(pid => $"{pid} {CommandLine(pid)}"))}", cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await Store.DisposeAsync();
        foreach (var pid in Processes())
        {
            await Said.RunAsync("/", new Dictionary<string, string?>(StringComparer.Ordinal), "kill", ["-9", $"{pid}"], CancellationToken.None);
        }

        await Server.StopAsync("immediate", CancellationToken.None);
        Directory.Delete(Folder, recursive: true);
    }

    public static string CommandLine(int pid)
    {
        try
        {
            return File.ReadAllText($"/proc/{pid}/cmdline").Replace('\0', ' ');
        }
        catch (IOException)
        {
            return "";
        }
    }
}

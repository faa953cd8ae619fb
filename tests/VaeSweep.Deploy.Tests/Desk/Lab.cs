using Microsoft.Extensions.Logging.Abstractions;
using VaeSweep.Cluster.Commands;
using VaeSweep.Cluster.Security;
using VaeSweep.Store;
using VaeSweep.Store.LiteDb;

namespace VaeSweep.Deploy.Tests;

/// <summary>A folder with a store, a head that has it open, and `vaesweep` as a person runs it there. Whatever it starts carries
/// a mark by which it is found again.</summary>
internal sealed class Lab : IAsyncDisposable
{
    /// <summary>Whoever may log in may join: no key.</summary>
    public const string Loopback = "127.0.0.1";

    /// <summary>This machine too, but reached as another would be: with a key.</summary>
    public const string WithKey = "127.0.0.2";

    private readonly Dictionary<string, string?> _environment;
    private readonly string[] _head;
    private Daemon? _daemon;
    private RemoteStore? _store;

    private Lab(string folder, string host, string[] more)
    {
        Folder = folder;
        Mark = $"VAESWEEP_TEST_LAB_{Guid.NewGuid():N}";
        Address = $"{host}:{Ports.Free()}";
        KeyFile = host == Loopback ? null : HeadKeys.JoinPathOf(StorePath);
        _head = ["head", "--listen", Address, .. more];
        _environment = new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["VAESWEEP_STORE"] = StorePath, ["VAESWEEP_HEAD"] = Address, ["VAESWEEP_KEY"] = KeyFile,
            ["VAESWEEP_ARTIFACTS"] = $"{StorePath}.artifacts", ["VAESWEEP_CALLED_AS"] = null, [Mark] = "1",
            // Tests run side by side, on as few cores as there are.
            ["VAESWEEP_SHARE"] = "1",
            // What nodes keep until their head has it.
            ["TMPDIR"] = Directory.CreateDirectory(PathOf("tmp")).FullName,
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
                folder = folder.Parent;
            return folder.FullName;
        }
    }

    public string Folder { get; }

    public string StorePath => PathOf("vaesweep.db");

    /// <summary>HOST:PORT of the head, in each of its lives.</summary>
    public string Address { get; }

    /// <summary>Lets workers and commands in; null where whoever may read the store's files may.</summary>
    public string? KeyFile { get; }

    /// <summary>A variable that whatever this lab starts has in its environment.</summary>
    public string Mark { get; }

    /// <summary>The running head's.</summary>
    public IStore Store => _store ?? throw new InvalidOperationException("The head does not run.");

    public string HeadLog => _daemon?.Log ?? "";

    public int HeadPid => _daemon?.Pid ?? 0;

    /// <summary>Over what this process has; null takes one away.</summary>
    public IDictionary<string, string?> Environment => _environment;

    /// <param name="host">Where the head listens: <see cref="Loopback"/> has no key, every other has.</param>
    /// <param name="more">Options of `vaesweep head`.</param>
    public static async Task<Lab> StartAsync(CancellationToken cancellationToken, string host = Loopback, params string[] more)
    {
        var lab = new Lab(Directory.CreateTempSubdirectory("vaesweep-lab-").FullName, host, more);
        try
        {
            await lab.StartHeadAsync(cancellationToken);
            return lab;
        }
        catch
        {
            await lab.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts the head, again at its address, and waits until it answers.</summary>
    public async Task StartHeadAsync(CancellationToken cancellationToken)
    {
        var log = $"head-{Guid.NewGuid():N}.log";
        var head = _daemon = Start(log, _head);
        await Until.HoldsAsync(
            () => head.Log.Contains("this is the head of ", StringComparison.Ordinal), () => head.Log, cancellationToken);
        _store = KeyFile is null
            ? RemoteStore.Connect(Address, StoreOwner.Read(StorePath)?.Token, null, TimeProvider.System)
            : RemoteStore.Connect(
                Address, null, JoinFile.Read(KeyFile, TimeProvider.System).Setup(NullLogger.Instance), TimeProvider.System);
        await _store.MigrateAsync(cancellationToken);
    }

    /// <summary>Ends the head in order: its store is free then.</summary>
    public async Task StopHeadAsync()
    {
        if (_store is not null)
            await _store.DisposeAsync();
        _store = null;
        if (_daemon is not null)
            await _daemon.DisposeAsync();
        _daemon = null;
    }

    public string PathOf(string name) => Path.Combine(Folder, name);

    public string Write(string name, string text)
    {
        var path = PathOf(name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        return path;
    }

    public Task<Said> RunAsync(CancellationToken cancellationToken, params IReadOnlyList<string> arguments) =>
        Said.RunAsync(Folder, _environment, Vaesweep, arguments, cancellationToken);

    /// <summary>Runs a command that is to succeed.</summary>
    public async Task<Said> DoAsync(CancellationToken cancellationToken, params IReadOnlyList<string> arguments) =>
        (await RunAsync(cancellationToken, arguments)).Succeeded(
            $"vaesweep {string.Join(' ', arguments)}", $"The head's log:\n{HeadLog}");

    /// <summary>Starts a command in the background.</summary>
    public Daemon Start(string log, params IReadOnlyList<string> arguments) => Start(log, [], arguments);

    /// <param name="enter">Goes before the program: whatever brings it to another place, and takes it along when it is
    /// killed.</param>
    public Daemon Start(string log, IReadOnlyList<string> enter, params IReadOnlyList<string> arguments) => Daemon.Start(
        Folder, PathOf(log), _environment, enter.Count > 0 ? "KILL" : "TERM", [.. enter, Vaesweep, .. arguments]);

    public async Task<IReadOnlyList<object?[]>> QueryAsync(string sql, CancellationToken cancellationToken) =>
        (await Store.QueryAsync(sql, null, Until.Patience, cancellationToken)).Rows;

    public async Task<long> CountAsync(string sql, CancellationToken cancellationToken) =>
        (long)(await QueryAsync(sql, cancellationToken))[0][0]!;

    /// <summary>Living processes that this lab has started, by whatever way, but for its head.</summary>
    public IReadOnlyList<int> Processes() =>
        [.. ProcessList.With(Mark).Where(pid => _daemon is null || (pid != _daemon.Pid && !_daemon.IsGuard(pid)))];

    /// <summary>Waits until nothing that this lab has started lives any more but its head.</summary>
    public Task NoneLeftAsync(CancellationToken cancellationToken) => Until.HoldsAsync(
        () => Processes().Count == 0,
        () => $"still there: {string.Join("; ", Processes().Select(pid => $"{pid} {ProcessList.CommandLineOf(pid)}"))}",
        cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await StopHeadAsync();
        var none = new Dictionary<string, string?>(StringComparer.Ordinal);
        foreach (var pid in Processes())
            await Said.RunAsync("/", none, "kill", ["-9", $"{pid}"], CancellationToken.None);
        Directory.Delete(Folder, recursive: true);
    }
}

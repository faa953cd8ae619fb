using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging;

namespace VaeSweep.Cluster.Commands;

/// <summary>Carries out, on a head's own store, what commands ask over the channel.</summary>
/// <remarks>Nothing from outside makes it fail: a frame that makes no sense is dropped, what cannot be done is answered in words.
/// A command that is not heard of for <see cref="IdleLimit"/> costs nothing any more.</remarks>
internal sealed class CommandDesk : IAsyncDisposable
{
    public static readonly TimeSpan IdleLimit = TimeSpan.FromSeconds(60);

    /// <summary>Calls at once. Far more than people have; each holds a page at most.</summary>
    public const int MostCalls = 1_000;

    private static readonly TimeSpan _lookEvery = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan _sayEvery = TimeSpan.FromMinutes(1);

    private readonly Served _served;
    private readonly byte[]? _token;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly IReadOnlyDictionary<string, Method> _methods;
    private readonly ConcurrentDictionary<Guid, DeskCall> _calls = new();
    private readonly ITimer _timer;
    private readonly Lock _gate = new();
    private long _dropped;
    private long? _said;
    private bool _ended;

    /// <param name="token">Every call must begin with it; null where something else decides who may ask, such as keys.</param>
    /// <param name="methods">What can be asked, by name; null: <see cref="Methods.All"/>.</param>
    public CommandDesk(
        Served served, string? token, TimeProvider time, ILogger logger, IReadOnlyDictionary<string, Method>? methods = null)
    {
        (_served, _time, _logger, _methods) = (served, time, logger, methods ?? Methods.All);
        _token = token is null ? null : Encoding.UTF8.GetBytes(token);
        _timer = time.CreateTimer(_ => EndIdle(), null, _lookEvery, _lookEvery);
    }

    /// <summary>Calls that are not over.</summary>
    public int Calls => _calls.Count;

    /// <summary>Frames that made no sense, ever.</summary>
    public long Dropped => Interlocked.Read(ref _dropped);

    /// <summary>Takes a frame that came from a command.</summary>
    /// <returns>The frame to send back; null where nothing is.</returns>
    public async Task<byte[]?> AnswerAsync(ReadOnlyMemory<byte> bytes)
    {
        if (!Frame.TryRead(bytes, out var frame))
            return Drop();
        if (frame.Version != Frame.ThisVersion)
            return frame is { Kind: FrameKind.Open, Step: 0 } ? OtherVersion(frame) : Drop();
        switch (frame.Kind)
        {
            case FrameKind.Keep:
                _calls.GetValueOrDefault(frame.Call)?.Keep();
                return null;
            case FrameKind.Close:
                await EndAsync(frame.Call);
                return null;
            case FrameKind.Open or FrameKind.PutSlice or FrameKind.PutPage or FrameKind.PutEnd or FrameKind.Take:
                if (!_calls.TryGetValue(frame.Call, out var call))
                {
                    return frame is { Kind: FrameKind.Open, Step: 0 } ? await OpenAsync(frame)
                        : frame.Kind != FrameKind.Open && frame.Step > 0 ? Forgotten(frame) : Drop();
                }


                return call.TryHear(frame, out var answer) ? await answer : call.IsEnding ? null : Drop();
            default:
                return Drop();
        }
    }

    /// <summary>Ends what is under way, and waits for it: only then may the store be closed.</summary>
    public async ValueTask DisposeAsync()
    {
        lock (_gate)
            _ended = true;
        await _timer.DisposeAsync();
        await Task.WhenAll(_calls.Keys.Select(EndAsync));
    }

    private async Task<byte[]?> OpenAsync(Frame frame)
    {
        if (!Opening.TryRead(frame.Payload, out var opening))
            return Drop();
        if (_token is not null && !CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(opening.Token), _token))
        {
            return Refused(frame, opening.Token.Length == 0
                ? "it brought no token. A command on the head's machine finds it by --store: name the head's store there."
                : "its token is not that of this head, which may have been restarted just now. Name the head's store with " +
                    "--store.");
        }

        if (!_methods.TryGetValue(opening.Method, out var method) || method.TakesInput != opening.TakesInput)
        {
            return Refused(frame,
                $"'{opening.Method}' is not known here (vaesweep {Methods.Product}). Run the same version everywhere.");
        }
        DeskCall call;
        lock (_gate)
        {
            if (_ended)
                return Refused(frame, "the head is ending. Ask again when it is back.");
            if (_calls.Count >= MostCalls)
                return Refused(frame, $"{MostCalls} calls are under way at once. Ask again later.");
            call = _calls.GetOrAdd(frame.Call, id => new DeskCall(id, _served, method, opening, _time));
        }

        return call.TryHear(frame, out var answer) ? await answer : null;
    }

    private static byte[] OtherVersion(Frame frame) => Refused(frame,
        $"it speaks version {frame.Version} of the command channel, and the head, vaesweep {Methods.Product}, version " +
        $"{Frame.ThisVersion}. Run the same version of vaesweep everywhere.");

    private static byte[] Refused(Frame frame, string why) =>
        DeskCall.FailedFrame(frame.Call, frame.Step, new Failure(Failure.Refused, why)).ToBytes();

    private static byte[] Forgotten(Frame frame) => DeskCall.FailedFrame(frame.Call, frame.Step, new Failure(
        Failure.Forgotten,
        "it does not know of it any more, and was probably restarted. What was asked may have been done or not.")).ToBytes();

    private byte[]? Drop()
    {
        var count = Interlocked.Increment(ref _dropped);
        lock (_gate)
        {
            if (_said is { } at && _time.GetElapsedTime(at) < _sayEvery)
                return null;
            _said = _time.GetTimestamp();
        }

        Log.ForeignFrames(_logger, count);
        return null;
    }

    private void EndIdle()
    {
        foreach (var (id, call) in _calls)
        {
            if (_time.GetElapsedTime(call.Heard) >= IdleLimit)
                _ = EndAsync(id);
        }
    }

    /// <summary>It stays known until it has really ended.</summary>
    private async Task EndAsync(Guid id)
    {
        if (!_calls.TryGetValue(id, out var call))
            return;
        await call.DisposeAsync();
        _calls.TryRemove(id, out _);
    }
}

using System.Buffers;
using VaeSweep.Cluster.Protocol;
using VaeSweep.Store;

namespace VaeSweep.Cluster.Commands;

/// <summary>One call of a command to a head, from the first frame to the last page of the answer.</summary>
internal sealed class RemoteCall : IAsyncDisposable
{
    /// <summary>How often a head is told that the call is still wanted, whatever its answer is used for meanwhile.</summary>
    private static readonly TimeSpan _keepEvery = TimeSpan.FromSeconds(15);

    private readonly Guid _id = Guid.NewGuid();
    private readonly ICommandLink _link;
    private readonly CancellationToken _asked;
    private readonly CancellationTokenSource _ended;
    private readonly ITimer _timer;
    private Frame? _first;
    private Task<(byte[] Page, bool IsLast)>? _next;
    private int _step = -1;

    private RemoteCall(ICommandLink link, TimeProvider time, CancellationToken cancellationToken)
    {
        (_link, _asked) = (link, cancellationToken);
        _ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        _timer = time.CreateTimer(_ => link.Tell(new Frame(FrameKind.Keep, _id, 0).ToBytes()), null, _keepEvery, _keepEvery);
    }

    /// <summary>Begins a call.</summary>
    /// <param name="arguments">A page.</param>
    public static async Task<RemoteCall> OpenAsync(
        ICommandLink link, string token, Method method, ReadOnlyMemory<byte> arguments, TimeProvider time,
        CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var call = new RemoteCall(link, time, cancellationToken);
        try
        {
            var slice = arguments[..Math.Min(arguments.Length, Opening.MostArguments)];
            var opening = new Opening(token, method.Name, method.TakesInput, slice.Length == arguments.Length, slice);
            call._first = await call.AskAsync(FrameKind.Open, opening.ToBytes());
            if (!opening.Whole)
                call._first = await call.PutSlicesAsync(arguments[slice.Length..]);
            return call;
        }
        catch
        {
            await call.DisposeAsync();
            throw;
        }
    }

    /// <summary>Sends a page of what the method takes.</summary>
    public Task PutAsync(byte[] page) => PutSlicesAsync(page);

    /// <summary>Says that all was sent.</summary>
    public async Task EndInputAsync() => _first = await AskAsync(FrameKind.PutEnd, default);

    /// <summary>The answer's one page.</summary>
    public async Task<byte[]> PageAsync() => (await ReadPageAsync(_first)).Page;

    /// <summary>The answer, page by page; one is fetched while the one before is used.</summary>
    public async IAsyncEnumerable<byte[]> PagesAsync()
    {
        bool isLast;
        do
        {
            byte[] page;
            (page, isLast) = await (_next ?? ReadPageAsync(_first));
            _next = isLast ? null : ReadPageAsync(null);
            yield return page;
        }
        while (!isLast);
    }

    public async ValueTask DisposeAsync()
    {
        await _timer.DisposeAsync();
        await _ended.CancelAsync();
        if (_next is not null)
            await ((Task)_next).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (_step >= 0)
            _link.Tell(new Frame(FrameKind.Close, _id, 0).ToBytes());
        _ended.Dispose();
    }

    private async Task<(byte[] Page, bool IsLast)> ReadPageAsync(Frame? begun)
    {
        ArrayBufferWriter<byte>? slices = null;
        var answer = begun ?? await AskAsync(FrameKind.Take, default);
        while (true)
        {
            switch (answer.Kind)
            {
                case FrameKind.Wait:
                    break;
                case FrameKind.Slice:
                    (slices ??= new ArrayBufferWriter<byte>()).Write(answer.Payload.Span);
                    break;
                case FrameKind.Page or FrameKind.Last:
                    slices?.Write(answer.Payload.Span);
                    return (slices is null ? answer.Payload.ToArray() : slices.WrittenSpan.ToArray(),
                        answer.Kind == FrameKind.Last);
                default:
                    throw Strange(answer);
            }

            answer = await AskAsync(FrameKind.Take, default);
        }
    }

    private async Task<Frame> PutSlicesAsync(ReadOnlyMemory<byte> page)
    {
        while (page.Length > Frame.MostPayload)
        {
            await AskAsync(FrameKind.PutSlice, page[..Frame.MostPayload]);
            page = page[Frame.MostPayload..];
        }

        return await AskAsync(FrameKind.PutPage, page);
    }

    private async Task<Frame> AskAsync(FrameKind kind, ReadOnlyMemory<byte> payload)
    {
        _step++;
        byte[] bytes;
        try
        {
            bytes = await _link.AskAsync(new Frame(kind, _id, _step, payload).ToBytes(), _ended.Token);
        }
        catch (OperationCanceledException)
        {
            _asked.ThrowIfCancellationRequested();
            throw;
        }

        if (!Frame.TryRead(bytes, out var answer) || (answer.Kind != FrameKind.Failed && answer.Version != Frame.ThisVersion))
            throw Strange(answer);
        return answer.Kind == FrameKind.Failed ? throw FailureOf(answer).ToException(_link.Address) : answer;
    }

    private Failure FailureOf(Frame answer)
    {
        try
        {
            var reader = new WireReader(answer.Payload.Span);
            return Codecs.Failure.Read(ref reader);
        }
        catch (ProtocolException)
        {
            throw Strange(answer);
        }
    }

    private StoreException Strange(Frame answer) => new(
        $"The head at {_link.Address} answered with what this version does not understand (frame {(byte)answer.Kind}, channel " +
        $"version {answer.Version}; this is {Frame.ThisVersion}). Run the same version of vaesweep everywhere.");
}

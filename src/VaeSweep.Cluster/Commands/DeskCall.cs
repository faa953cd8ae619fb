using System.Diagnostics.CodeAnalysis;
using VaeSweep.Cluster.Protocol;
using VaeSweep.Store;

namespace VaeSweep.Cluster.Commands;

/// <summary>One call at the desk. Steps come one after the other, and a repeated one is answered as before: frames that are lost
/// or doubled on the way do no harm. What comes next is made when it is asked for.</summary>
internal sealed class DeskCall : IAsyncDisposable
{
    /// <summary>How long a question for more waits before it is told to ask again.</summary>
    public static readonly TimeSpan LongPoll = TimeSpan.FromSeconds(2);

    private const int MostArguments = 64 << 20;

    private readonly Guid _id;
    private readonly Served _served;
    private readonly Method _method;
    private readonly TimeProvider _time;
    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _ended = new();
    private readonly MemoryStream _arguments = new();
    private InputSpool? _input;
    private bool _hasArguments;
    private int _step;
    private Task<byte[]> _answer;
    private IAsyncEnumerator<(byte[] Page, bool IsLast)>? _pages;
    private Task<bool>? _next;
    private ReadOnlyMemory<byte> _rest;
    private bool _isOver;
    private Task? _ending;

    public DeskCall(Guid id, Served served, Method method, Opening opening, TimeProvider time)
    {
        (_id, _served, _method, _time) = (id, served, method, time);
        Heard = time.GetTimestamp();
        _input = method.TakesInput ? new InputSpool() : null;
        _answer = AnswerAsync(0, () => PutAsync(opening.Arguments, opening.Whole));
    }

    /// <summary>When the command was heard last.</summary>
    public long Heard { get; private set; }

    /// <summary>Nobody wants it any more.</summary>
    public bool IsEnding => _ending is not null;

    /// <param name="answer">The frame that answers.</param>
    /// <returns>False when the frame does not fit the call.</returns>
    public bool TryHear(Frame frame, [NotNullWhen(true)] out Task<byte[]>? answer)
    {
        answer = null;
        lock (_gate)
        {
            Heard = _time.GetTimestamp();
            if (frame.Step == _step)
            {
                answer = _answer;
                return true;
            }

            if (frame.Step != _step + 1 || !_answer.IsCompleted || _ending is not null)
                return false;
            Func<Task<Frame>>? carryOut = frame.Kind switch
            {
                FrameKind.PutSlice when _pages is null => () => PutAsync(frame.Payload, endsPage: false),
                FrameKind.PutPage when _pages is null => () => PutAsync(frame.Payload, endsPage: true),
                FrameKind.PutEnd when _pages is null && _hasArguments && _input is not null => StartAsync,
                FrameKind.Take when _pages is not null && !_isOver => TakeAsync,
                _ => null,
            };
            if (carryOut is null)
                return false;
            _step++;
            _answer = answer = AnswerAsync(_step, carryOut);
            return true;
        }
    }

    /// <summary>The command still reads.</summary>
    public void Keep() => Heard = _time.GetTimestamp();

    /// <summary>Ends it, and waits until what it was doing has stopped; whoever asks.</summary>
    public ValueTask DisposeAsync()
    {
        lock (_gate)
            return new ValueTask(_ending ??= EndAsync());
    }

    private async Task EndAsync()
    {
        await _ended.CancelAsync();
        await ((Task)_answer).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (_next is not null)
            await ((Task)_next).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (_pages is not null)
            await _pages.DisposeAsync();
        _input?.Dispose();
        _ended.Dispose();
    }

    private async Task<byte[]> AnswerAsync(int step, Func<Task<Frame>> carryOut)
    {
        // Not on the thread of whoever brought the frame: it may take long.
        await Task.Yield();
        try
        {
            return (await carryOut() with { Step = step }).ToBytes();
        }
        catch (Exception failure)
        {
            _isOver = true;
            var told = failure is ProtocolException ? new StoreException(
                $"The head cannot read what '{_method.Name}' was asked with: {failure.Message} Run the same version everywhere.")
                    : failure;
            return FailedFrame(_id, step, Failure.Of(told)).ToBytes();
        }
    }

    public static Frame FailedFrame(Guid call, int step, Failure failure)
    {
        const int mostText = 100_000;
        var message = failure.Message.Length <= mostText ? failure.Message : failure.Message[..mostText];
        var writer = new WireWriter(message.Length + 64);
        Codecs.Failure.Write(writer, failure with { Message = message });
        return new Frame(FrameKind.Failed, call, step, writer.ToArray());
    }

    private async Task<Frame> PutAsync(ReadOnlyMemory<byte> slice, bool endsPage)
    {
        if (_hasArguments)
        {
            if (_input is null)
                throw new StoreException($"'{_method.Name}' takes nothing but its arguments.");
            _input.Add(slice.Span, endsPage);
            return Answered(FrameKind.Taken);
        }

        if (_arguments.Length + slice.Length > MostArguments)
            throw new StoreException($"'{_method.Name}' was asked with more than {MostArguments:N0} bytes. Ask in parts.");
        _arguments.Write(slice.Span);
        _hasArguments = endsPage;
        return !endsPage || _input is not null ? Answered(FrameKind.Taken) : await StartAsync();
    }

    private Task<Frame> StartAsync()
    {
        var arguments = new ReadOnlyMemory<byte>(_arguments.GetBuffer(), 0, (int)_arguments.Length);
        _pages = _method.AnswerAsync(_served, arguments, _input, _ended.Token).GetAsyncEnumerator(_ended.Token);
        return TakeAsync();
    }

    private async Task<Frame> TakeAsync()
    {
        if (_rest.Length > 0)
            return Next();
        _next ??= Task.Run(async () => await _pages!.MoveNextAsync());
        if (await Task.WhenAny(_next, Task.Delay(LongPoll, _time, _ended.Token)) != _next)
        {
            _ended.Token.ThrowIfCancellationRequested();
            return Answered(FrameKind.Wait);
        }

        var (next, more) = (_next, await _next);
        _next = null;
        if (!more)
            throw new InvalidOperationException($"'{_method.Name}' ended without a last page.");
        _rest = _pages!.Current.Page;
        return Next();
    }

    private Frame Next()
    {
        var slice = _rest[..Math.Min(_rest.Length, Frame.MostPayload)];
        _rest = _rest[slice.Length..];
        _isOver = _rest.Length == 0 && _pages!.Current.IsLast;
        return Answered(_rest.Length > 0 ? FrameKind.Slice : _isOver ? FrameKind.Last : FrameKind.Page, slice);
    }

    private Frame Answered(FrameKind kind, ReadOnlyMemory<byte> payload = default) => new(kind, _id, 0, payload);
}

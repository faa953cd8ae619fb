using System.Collections.Concurrent;

namespace VaeSweep.Training;

/// <summary>Writes messages from a thread of its own, so that training never waits for the node, unless it is
/// <see cref="Capacity"/> messages behind.</summary>
internal sealed class TrainerOutbox : IDisposable
{
    private const int Capacity = 4096;
    private readonly BlockingCollection<FromTrainer> _messages = new(Capacity);
    private readonly Thread _writer;
    private readonly Stream _output;

    public TrainerOutbox(Stream output)
    {
        _output = output;
        _writer = new Thread(Write) { IsBackground = true, Name = "events" };
        _writer.Start();
    }

    public void Send(FromTrainer message) => _messages.Add(message);

    public void Dispose()
    {
        _messages.CompleteAdding();
        _writer.Join();
        _messages.Dispose();
        _output.Dispose();
    }

    private void Write()
    {
        try
        {
            foreach (var message in _messages.GetConsumingEnumerable())
                Frame.Write(_output, MessageJson.Write(message));
        }
        catch (IOException gone)
        {
            Console.Error.WriteLine($"The node no longer listens: {gone.Message}");
            Libc.ExitNow(1);
        }
    }
}
